import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { Entrance } from './entrance.tsx';

const t = texts.signIn;

/** Signs in, and goes where the reader wanted to. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [fault, setFault] = useState<string>();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: value => (value.trim() === '' ? texts.rules.required(t.email) : null),
      password: value => (value === '' ? texts.rules.required(t.password) : null),
    },
  });

  const submit = form.onSubmit(async values => {
    setFault(undefined);
    try {
      await api.post('/staff/sessions', values);
      queries.clear();
      await navigate({ href: next ?? '/customers' });
    } catch (error) {
      setFault(messageOf(error));
      form.setFieldValue('password', '');
    }
  });

  return (
    <Entrance title={t.title}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {next !== undefined && fault === undefined && (
            <Text size="sm" c="dimmed">
              {t.ended}
            </Text>
          )}
          {fault !== undefined && (
            <Alert color="red" variant="light" role="alert" c="var(--mantine-color-text)">
              {fault}
            </Alert>
          )}
          <TextInput
            label={t.email}
            type="email"
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t.password}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': texts.form.reveal }}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={form.submitting} fullWidth>
            {t.submit}
          </Button>
          <Text size="xs" c="dimmed">
            {t.forgotten}
          </Text>
        </Stack>
      </form>
    </Entrance>
  );
}
