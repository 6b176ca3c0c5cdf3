import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';

interface ShownOnceProps {
  /** What to do with it, now. */
  readonly help: string;
  readonly values: readonly { readonly label: string; readonly value: string }[];
  readonly onDone: () => void;
}

/** What the API shows once and never again, to be copied. */
export function ShownOnce({ help, values, onDone }: ShownOnceProps) {
  return (
    <Stack>
      <Alert variant="light" color="yellow" c="var(--mantine-color-text)" role="status">
        {help}
      </Alert>
      {values.map(({ label, value }) => (
        <TextInput
          key={label}
          label={label}
          value={value}
          readOnly
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onFocus={event => event.currentTarget.select()}
          rightSection={<CopyButton value={value} label={label} />}
        />
      ))}
      <Group justify="flex-end">
        <Button onClick={onDone} autoFocus>
          {texts.form.done}
        </Button>
      </Group>
    </Stack>
  );
}
