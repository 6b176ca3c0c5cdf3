import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { toFirstFault } from '../../components/resource-form.tsx';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.signIn;

interface SignInFormProps {
  /** Why one has to sign in. */
  readonly reason?: string | undefined;
  /** Who has to. */
  readonly email?: string;
  readonly onSignedIn: () => Promise<unknown>;
}

/** Signs in with an e-mail and a password. */
export function SignInForm({ reason, email = '', onSignedIn }: SignInFormProps) {
  const [fault, setFault] = useState<string>();
  const form = useForm({
    initialValues: { email, password: '' },
    validate: {
      email: value => (value.trim() === '' ? texts.rules.required(t.email) : null),
      password: value => (value === '' ? texts.rules.required(t.password) : null),
    },
  });

  const submit = form.onSubmit(async values => {
    setFault(undefined);
    try {
      await api.post('/staff/sessions', values);
      await onSignedIn();
    } catch (error) {
      setFault(messageOf(error));
      form.setFieldValue('password', '');
    }
  }, toFirstFault(form));

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {reason !== undefined && fault === undefined && (
          <Text size="sm" c="dimmed">
            {reason}
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
          autoFocus={email === ''}
          readOnly={email !== ''}
          required
          withAsterisk={false}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t.password}
          autoComplete="current-password"
          {...(email !== '' && { 'data-autofocus': true })}
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
  );
}
