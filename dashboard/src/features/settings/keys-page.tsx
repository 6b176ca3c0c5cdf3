import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApplicationKey } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { keysQuery } from '../../api/settings.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { Permitted } from '../../components/permitted.tsx';
import type { Column } from '../../components/resource-table.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { WholeTable } from '../../components/whole-table.tsx';
import { formatDay, formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';

const t = texts.keys;

/** The keys of the store: made, shown once, and revoked. */
export function KeysPage() {
  useDocumentTitle(`${texts.settings.pages.keys} · ${texts.product}`);
  return (
    <Permitted route="GET /staff/keys">
      <Keys />
    </Permitted>
  );
}

function Keys() {
  const queries = useQueryClient();
  const keys = useQuery(keysQuery);
  const [isCreating, creating] = useDisclosure();
  const [revoked, revoke] = useState<ApplicationKey>();
  const refresh = () => queries.invalidateQueries({ queryKey: keysQuery.queryKey });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={creating.open} style={{ flexShrink: 0 }}>
      {t.add}
    </Button>
  );
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw={620} flex="1 1 280px">
          {t.help}
        </Text>
        {add}
      </Group>
      {keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => keys.refetch()} />
      ) : keys.data?.length === 0 ? (
        <EmptyPage title={t.emptyTitle} help={t.emptyHelp} />
      ) : (
        <WholeTable label={texts.settings.pages.keys} columns={columnsOf(revoke)} rows={keys.data} />
      )}
      {isCreating && <NewKeyDialog onClose={creating.close} onCreated={refresh} />}
      {revoked !== undefined && (
        <Confirm
          title={t.revokeTitle(revoked.name)}
          action={t.revoke}
          onClose={() => revoke(undefined)}
          onConfirm={async () => {
            await api.delete(`/staff/keys/${revoked.id}`);
            notifications.show({ message: t.revoked });
            revoke(undefined);
            await refresh();
          }}
        >
          <Stack gap={4}>
            <Text size="sm">{t.revokeHelp}</Text>
            <Text size="sm" c="dimmed" className="break">
              {t.clientId}: <span className="mono">{revoked.client_id}</span>
            </Text>
          </Stack>
        </Confirm>
      )}
    </>
  );
}

const columnsOf = (revoke: (key: ApplicationKey) => void): readonly Column<ApplicationKey>[] => [
  {
    key: 'name',
    title: t.columns.name,
    render: key => (
      <>
        <Text size="sm" fw={550} className="break">
          {key.name}
        </Text>
        <div className="primary">{key.revoked_at === null ? <ClientId of={key} isShort /> : <State of={key} />}</div>
      </>
    ),
  },
  { key: 'client_id', title: t.columns.clientId, isSecondary: true, render: key => <ClientId of={key} /> },
  {
    key: 'created_at',
    title: t.columns.created,
    isSecondary: true,
    render: ({ meta }) => (
      <time dateTime={meta.timestamps.created_at} title={formatMoment(meta.timestamps.created_at)} className="nowrap">
        {formatDay(meta.timestamps.created_at)}
      </time>
    ),
  },
  {
    key: 'state',
    title: t.columns.state,
    isSecondary: true,
    render: key => <State of={key} />,
  },
  {
    key: 'actions',
    title: texts.table.actions,
    isNumber: true,
    render: key =>
      key.revoked_at === null && (
        <Button variant="default" size="xs" aria-label={t.revokeKey(key.name)} onClick={() => revoke(key)}>
          {t.revoke}
        </Button>
      ),
  },
];

function State({ of: { revoked_at: revokedAt } }: { readonly of: ApplicationKey }) {
  if (revokedAt === null) return <StateBadge color="teal">{t.inForce}</StateBadge>;
  return (
    <Text size="sm" c="dimmed" title={formatMoment(revokedAt)} className="nowrap">
      {t.revokedOn(formatDay(revokedAt))}
    </Text>
  );
}

interface ClientIdProps {
  readonly of: ApplicationKey;
  /** Only its beginning is shown; all of it is copied. */
  readonly isShort?: boolean;
}

function ClientId({ of: { client_id: id, name }, isShort = false }: ClientIdProps) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" c="dimmed" className="break mono">
        {isShort ? `${id.slice(0, 12)}…` : id}
      </Text>
      <CopyButton value={id} label={`${t.clientId}, ${name}`} />
    </Group>
  );
}
