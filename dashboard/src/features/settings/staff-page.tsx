import { ActionIcon, Badge, Button, Group, Menu, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedStaffUser } from '../../../../server/src/contract.ts';
import { staffQuery } from '../../api/settings.ts';
import { sessionQuery, useSession } from '../../api/staff.ts';
import { MoreIcon, PlusIcon } from '../../components/icons.tsx';
import { Permitted } from '../../components/permitted.tsx';
import type { Column } from '../../components/resource-table.tsx';
import { ErrorState } from '../../components/states.tsx';
import { WholeTable } from '../../components/whole-table.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { NewLinkDialog, RemoveDialog, SignOutDialog } from './staff-actions.tsx';
import { EditStaffDialog, NewStaffDialog } from './staff-dialogs.tsx';

const t = texts.staff;

/** The staff of the installation: added by a link, changed, signed out, removed. */
export function StaffPage() {
  useDocumentTitle(`${texts.settings.pages.staff} · ${texts.product}`);
  return (
    <Permitted route="GET /staff/users">
      <Staff />
    </Permitted>
  );
}

/** What can be done to a member of staff, each in a dialog. */
const actions = {
  edit: { label: t.edit, Dialog: EditStaffDialog },
  newLink: { label: t.newLink, Dialog: NewLinkDialog },
  signOut: { label: t.signOut, Dialog: SignOutDialog },
  remove: { label: t.remove, Dialog: RemoveDialog },
} as const;
type Action = keyof typeof actions;

function Staff() {
  const queries = useQueryClient();
  const { me, stores } = useSession();
  const staff = useQuery(staffQuery);
  const [isAdding, setAdding] = useState(false);
  const [started, start] = useState<{ readonly action: Action; readonly user: ListedStaffUser }>();
  // What one may do oneself may have changed, too.
  const refresh = () =>
    Promise.all([staffQuery.queryKey, sessionQuery.queryKey].map(queryKey => queries.invalidateQueries({ queryKey })));
  const Dialog = started && actions[started.action].Dialog;
  const names = new Map(stores.map(({ id, name }) => [id, name]));
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw={620} flex="1 1 280px">
          {t.help}
        </Text>
        <Button leftSection={<PlusIcon size={16} />} onClick={() => setAdding(true)} style={{ flexShrink: 0 }}>
          {t.add}
        </Button>
      </Group>
      {staff.isError ? (
        <ErrorState error={staff.error} onRetry={() => staff.refetch()} />
      ) : (
        <WholeTable
          label={texts.settings.pages.staff}
          columns={columnsOf(me.id, names, (action, user) => start({ action, user }))}
          rows={staff.data}
        />
      )}
      {isAdding && <NewStaffDialog onClose={() => setAdding(false)} onDone={refresh} />}
      {started && Dialog && <Dialog user={started.user} onClose={() => start(undefined)} onDone={refresh} />}
    </>
  );
}

const columnsOf = (
  ownId: string,
  storeNames: ReadonlyMap<string, string>,
  start: (action: Action, user: ListedStaffUser) => void,
): readonly Column<ListedStaffUser>[] => [
  {
    key: 'name',
    title: t.columns.name,
    render: user => (
      <>
        <Group gap={6}>
          <Text size="sm" fw={550} className="break">
            {user.name}
          </Text>
          {user.id === ownId && (
            <Badge variant="default" size="sm" radius="sm" fw={500} tt="none">
              {t.you}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" className="break">
          {user.email}
        </Text>
        <div className="primary">
          <Text size="sm">{texts.roles[user.role]}</Text>
          <Seen user={user} />
        </div>
      </>
    ),
  },
  { key: 'role', title: t.columns.role, isSecondary: true, render: ({ role }) => texts.roles[role] },
  {
    key: 'stores',
    title: t.columns.stores,
    isSecondary: true,
    render: ({ store_ids: ids }) =>
      ids === null ? t.everyStore : ids.map(id => storeNames.get(id) ?? id).join(', ') || t.noStore,
  },
  { key: 'seen', title: t.columns.seen, isSecondary: true, render: user => <Seen user={user} /> },
  {
    key: 'actions',
    title: texts.table.actions,
    isNumber: true,
    render: user => (
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.actions(user.name)}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(Object.keys(actions) as Action[])
            .filter(action => action !== 'signOut' || user.seen_at !== null)
            .map(action => (
              <Menu.Item
                key={action}
                onClick={() => start(action, user)}
                {...(action === 'remove' && { c: 'var(--mantine-color-error)' })}
              >
                {actions[action].label}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    ),
  },
];

function Seen({ user: { seen_at: seenAt, password } }: { readonly user: ListedStaffUser }) {
  return (
    <Text size="sm" c="dimmed">
      {seenAt !== null ? <time dateTime={seenAt}>{formatMoment(seenAt)}</time> : password ? t.signedOut : t.invited}
    </Text>
  );
}
