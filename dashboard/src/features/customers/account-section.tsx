import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Customer } from '../../../../server/src/contract.ts';
import { api, type Tagged } from '../../api/client.ts';
import {
  customerQuery,
  refreshCustomer,
  rereadIfChanged,
  sessionsPerPage,
  sessionsQuery,
} from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { LeaveGuard } from '../../components/resource-form.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { messageOf } from '../../components/states.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';

const t = texts.customer;

interface AccountSectionProps {
  readonly customerId: string;
  readonly customer: UseQueryResult<Tagged<Customer>>;
}

/** How a customer signs in, and where they are signed in. */
export function AccountSection({ customerId, customer }: AccountSectionProps) {
  const { can } = useSession();
  return (
    <>
      <Section title={t.account} query={customer}>
        {({ data: { password }, tag }) => (
          <Stack gap="md">
            <Text size="sm">{password ? t.hasPassword : t.hasNoPassword}</Text>
            {can('PUT /v2/customers/:customerId') && (
              <PasswordForm customerId={customerId} tag={tag} hasPassword={password} />
            )}
          </Stack>
        )}
      </Section>
      <SessionsSection customerId={customerId} />
    </>
  );
}

/** Easy to read aloud: no letters that look alike. About 95 random bits. */
function generatePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const bytes = crypto.getRandomValues(new Uint32Array(20));
  const picked = [...bytes].map(number => letters[number % letters.length]);
  return [0, 5, 10, 15].map(start => picked.slice(start, start + 5).join('')).join('-');
}

interface PasswordFormProps {
  readonly customerId: string;
  readonly tag: string;
  readonly hasPassword: boolean;
}

function PasswordForm({ customerId, tag, hasPassword }: PasswordFormProps) {
  const { can, store } = useSession();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  const close = () => {
    setOpen(false);
    setPassword('');
    setFault(undefined);
  };
  const save = async () => {
    setBusy(true);
    try {
      const saved = await api
        .putTagged<Customer>(`/v2/customers/${customerId}`, { type: 'customer', password }, tag)
        .catch(rereadIfChanged(queries, customerId));
      queries.setQueryData(customerQuery(customerId).queryKey, saved);
      refreshCustomer(queries, customerId, 'sessions');
      notifications.show({ message: t.passwordSet });
      close();
    } catch (error) {
      setFault(messageOf(error).replace('The data.password', t.newPassword));
    } finally {
      setBusy(false);
    }
  };

  if (!isOpen)
    return (
      <Group gap="xs">
        <Button variant="default" onClick={() => setOpen(true)}>
          {t.setPassword}
        </Button>
        {hasPassword && can('DELETE /v2/customers/:customerId/password') && (
          <Button variant="subtle" color="gray" onClick={() => setRemoving(true)}>
            {t.removePassword}
          </Button>
        )}
        {isRemoving && (
          <Confirm
            title={t.removePasswordTitle}
            action={t.removePassword}
            onClose={() => setRemoving(false)}
            onConfirm={async () => {
              await api
                .delete(`/v2/customers/${customerId}/password`, { tag })
                .catch(rereadIfChanged(queries, customerId));
              notifications.show({ message: t.passwordRemoved });
              setRemoving(false);
              await Promise.all([
                queries.invalidateQueries({ queryKey: customerQuery(customerId).queryKey, exact: true }),
                refreshCustomer(queries, customerId, 'sessions'),
              ]);
            }}
          >
            <Text size="sm">{t.removePasswordHelp}</Text>
          </Confirm>
        )}
      </Group>
    );
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        save();
      }}
    >
      <LeaveGuard isDirty={password !== ''} />
      <Stack gap="sm">
        <PasswordInput
          label={t.newPassword}
          description={t.passwordHelp(store?.password_min_length ?? 8)}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          visible={isShown}
          onVisibilityChange={setShown}
          visibilityToggleButtonProps={{ 'aria-label': texts.form.reveal }}
          autoComplete="new-password"
          error={fault}
          autoFocus
        />
        <Group gap="xs">
          <Button type="submit" disabled={password === ''} loading={isBusy}>
            {texts.form.save}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setPassword(generatePassword());
              setShown(true);
            }}
          >
            {t.generate}
          </Button>
          <Button variant="subtle" color="gray" onClick={close}>
            {texts.form.cancel}
          </Button>
          {password !== '' && <CopyButton value={password} label={t.newPassword} />}
        </Group>
      </Stack>
    </form>
  );
}

/** `Firefox on Linux`, from what a browser says of itself; the whole of it is in the title. */
function browserOf(userAgent: string): string {
  const browser = /(Firefox|Edg|Chrome|Safari)\//.exec(userAgent)?.[1]?.replace('Edg', 'Edge');
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(userAgent)?.[1]?.replace('Mac OS X', 'macOS');
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return userAgent.slice(0, 60) || t.unknownBrowser;
}

function SessionsSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const [isEndingAll, setEndingAll] = useState(false);
  const sessions = useQuery(sessionsQuery(customerId, page));
  const total = sessions.data?.meta.results.total ?? 0;
  const canEnd = can('DELETE /v2/customers/:customerId/sessions');
  const end = async (path: string) => {
    await api.delete(`/v2/customers/${customerId}/sessions${path}`);
    notifications.show({ message: t.sessionsEnded });
    // The first page is there whatever has ended.
    setPage(1);
    await refreshCustomer(queries, customerId, 'sessions');
  };
  const endOne = (id: string) =>
    end(`/${id}`).catch(error => notifications.show({ color: 'red', message: messageOf(error) }));
  return (
    <Section
      title={t.sessions}
      query={sessions}
      actions={
        canEnd &&
        total > 1 && (
          <Button variant="default" size="xs" onClick={() => setEndingAll(true)}>
            {t.endAllSessions}
          </Button>
        )
      }
    >
      {({ data }) => (
        <>
          {data.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.noSessions}
            </Text>
          )}
          <ul className="rows">
            {data.map(({ id, user_agent: userAgent, meta }) => (
              <li key={id}>
                <div>
                  <Text size="sm" title={userAgent} className="break">
                    {browserOf(userAgent)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t.signedIn(formatMoment(meta.timestamps.created_at))}
                  </Text>
                </div>
                {canEnd && (
                  <Button variant="subtle" color="gray" size="compact-sm" onClick={() => endOne(id)}>
                    {t.endSession}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          <Pager label={t.sessions} total={total} page={page} size={sessionsPerPage} onPage={setPage} />
          {isEndingAll && (
            <Confirm
              title={t.endAllSessionsTitle}
              action={t.endAllSessions}
              onClose={() => setEndingAll(false)}
              onConfirm={async () => {
                await end('');
                setEndingAll(false);
              }}
            >
              <Text size="sm">{t.endAllSessionsHelp(total)}</Text>
            </Confirm>
          )}
        </>
      )}
    </Section>
  );
}
