import { Paper } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { storeSettingsQuery } from '../../api/settings.ts';
import { useSession } from '../../api/staff.ts';
import { Loaded } from '../../components/section.tsx';
import { texts } from '../../texts.ts';
import { StoreSettingsForm } from './store-settings-form.tsx';

/** What is set for the store: seen by all, changed by owners. */
export function StoreSettingsPage() {
  useDocumentTitle(`${texts.settings.title} · ${texts.product}`);
  const { can, store } = useSession();
  const settings = useQuery(storeSettingsQuery);
  return (
    <Paper withBorder p="lg">
      <Loaded query={settings} skeleton={9}>
        {current => (
          <StoreSettingsForm key={store?.id} settings={current} isReadOnly={!can('PUT /staff/stores/current')} />
        )}
      </Loaded>
    </Paper>
  );
}
