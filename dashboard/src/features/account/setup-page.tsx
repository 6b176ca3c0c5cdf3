import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { StaffSetup } from '../../../../server/src/contract.ts';
import { ApiFailure, api, isMissing } from '../../api/client.ts';
import { toFirstFault } from '../../components/resource-form.tsx';
import { ErrorState, messageOf, SkeletonLines } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { Entrance } from './entrance.tsx';

const t = texts.setup;
/** The part of the address that no server gets to see. */
const tokenOfLink = () => window.location.hash.slice(1);

/** Where a set-up link leads. */
export function SetupPage() {
  const [token] = useState(tokenOfLink);
  const setup = useQuery({
    queryKey: ['setup', token],
    queryFn: async () => (await api.post<StaffSetup>('/staff/setup/lookup', { token: token || '-' })).data,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isEnded = isMissing(setup.error);
  return (
    <Entrance title={isEnded ? t.ended : t.title}>
      {isEnded ? (
        <>
          <Text c="dimmed">{t.endedHelp}</Text>
          <Button component={Link} to="/sign-in" variant="default">
            {t.toSignIn}
          </Button>
        </>
      ) : setup.isError ? (
        <ErrorState error={setup.error} onRetry={() => setup.refetch()} />
      ) : setup.data === undefined ? (
        <SkeletonLines count={4} />
      ) : (
        <SetupForm token={token} setup={setup.data} />
      )}
    </Entrance>
  );
}

function SetupForm({ token, setup }: { readonly token: string; readonly setup: StaffSetup }) {
  const navigate = useNavigate();
  const [fault, setFault] = useState<string>();
  const form = useForm({ initialValues: { name: setup.name, email: setup.email, password: '' } });

  const submit = form.onSubmit(async ({ name, email, password }) => {
    setFault(undefined);
    try {
      await api.post('/staff/setup', { token, password, ...(setup.is_first_owner && { name, email }) });
      await api.post('/staff/sessions', { email, password });
      await navigate({ to: '/customers' });
    } catch (error) {
      const entries = error instanceof ApiFailure ? error.entries : [];
      const known = entries.filter(({ source = '' }) => /^data\.(name|email|password)$/.test(source));
      form.setErrors(
        Object.fromEntries(known.map(({ source = '', detail }) => [source.slice(5), readable(source, detail)])),
      );
      if (known.length === 0) setFault(messageOf(error));
    }
  }, toFirstFault(form));

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {fault !== undefined && (
          <Alert color="red" variant="light" role="alert" c="var(--mantine-color-text)">
            {fault}
          </Alert>
        )}
        {setup.is_first_owner && <Text c="dimmed">{t.firstOwner}</Text>}
        <TextInput
          label={t.name}
          autoComplete="name"
          readOnly={!setup.is_first_owner}
          {...form.getInputProps('name')}
        />
        <TextInput
          label={texts.signIn.email}
          type="email"
          autoComplete="username"
          readOnly={!setup.is_first_owner}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={texts.signIn.password}
          description={t.passwordHelp}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': texts.form.reveal }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={form.submitting}>
          {t.submit}
        </Button>
      </Stack>
    </form>
  );
}

/** `The data.email field is required.` → `The email field is required.` */
const readable = (source: string, detail: string) => detail.replace(source, source.slice(5));
