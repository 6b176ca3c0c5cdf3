import { Stack, Title } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useSession } from '../../api/staff.ts';
import { texts } from '../../texts.ts';

const t = texts.settings;

/** What stands around the settings: the ways to those that the role may see. */
export function SettingsPage() {
  const { can } = useSession();
  return (
    <Stack gap="lg">
      <Title order={1}>{t.title}</Title>
      <nav className="tabs" aria-label={t.pages.label}>
        <Link to="/settings" activeOptions={{ exact: true }}>
          {t.pages.store}
        </Link>
        {can('GET /staff/keys') && <Link to="/settings/keys">{t.pages.keys}</Link>}
        {can('GET /staff/users') && <Link to="/settings/staff">{t.pages.staff}</Link>}
        {can('GET /v2/logs') && <Link to="/settings/log">{t.pages.log}</Link>}
      </nav>
      <Outlet />
    </Stack>
  );
}
