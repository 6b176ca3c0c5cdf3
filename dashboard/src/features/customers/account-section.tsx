import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Customer } from '../../../../server/src/contract.ts';
import { ApiFailure, api } from '../../api/client.ts';
import { customerQuery, sessionsQuery } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Section } from '../../components/section.tsx';
import { messageOf } from '../../components/states.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';

const t = texts.customer;

interface AccountSectionProps {
  readonly customerId: string;
  readonly customer: UseQueryResult<Customer>;
}

/** How a customer signs in, and where they are signed in. */
export function AccountSection({ customerId, customer }: AccountSectionProps) {
  const { can } = useSession();
  return (
    <>
      <Section title={t.account} query={customer}>
        {({ password }) => (
          <Stack gap="md">
            <Text size="sm">{password ? t.hasPassword : t.hasNoPassword}</Text>
            {can('PUT /v2/customers/:customerId') && <PasswordForm customerId={customerId} />}
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

function PasswordForm({ customerId }: { readonly customerId: string }) {
  const { store } = useSession();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
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
      const { data } = await api.put<Customer>(`/v2/customers/${customerId}`, { type: 'customer', password });
      queries.setQueryData(customerQuery(customerId).queryKey, data);
      queries.invalidateQueries({ queryKey: sessionsQuery(customerId).queryKey });
      notifications.show({ message: t.passwordSet });
      close();
    } catch (error) {
      const entry = error instanceof ApiFailure ? error.entries[0] : undefined;
      setFault(entry?.detail.replace('The data.password', t.newPassword) ?? messageOf(error));
    } finally {
      setBusy(false);
    }
  };

  if (!isOpen)
    return (
      <Button variant="default" onClick={() => setOpen(true)} w="max-content">
        {t.setPassword}
      </Button>
    );
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        save();
      }}
    >
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
  const sessions = useQuery(sessionsQuery(customerId));
  const canEnd = can('DELETE /v2/customers/:customerId/sessions');
  const end = async (path: string) => {
    await api
      .delete(`/v2/customers/${customerId}/sessions${path}`)
      .then(() => notifications.show({ message: t.sessionsEnded }))
      .catch(error => notifications.show({ color: 'red', message: messageOf(error) }));
    await queries.invalidateQueries({ queryKey: sessionsQuery(customerId).queryKey });
  };
  return (
    <Section
      title={t.sessions}
      query={sessions}
      actions={
        canEnd &&
        (sessions.data?.meta.results.total ?? 0) > 1 && (
          <Button variant="default" size="xs" onClick={() => end('')}>
            {t.endAllSessions}
          </Button>
        )
      }
    >
      {({ data }) =>
        data.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t.noSessions}
          </Text>
        ) : (
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
                  <Button variant="subtle" color="gray" size="compact-sm" onClick={() => end(`/${id}`)}>
                    {t.endSession}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Section>
  );
}
