import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';

/** The end of a dialog's form: what went wrong, if anything did, and the buttons: one to leave, and `children`. */
export function DialogActions({
  fault,
  onClose,
  cancel = texts.form.cancel,
  children,
}: {
  readonly fault: string | undefined;
  readonly onClose: () => void;
  readonly cancel?: string;
  readonly children: ReactNode;
}) {
  return (
    <>
      {fault !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {cancel}
        </Button>
        {children}
      </Group>
    </>
  );
}
