import { Button, Group, Modal, Text } from '@mantine/core';
import { texts } from '../texts.ts';

const t = texts.form;

interface LeaveDialogProps {
  readonly isOpen: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks before unsaved changes are lost. */
export function LeaveDialog({ isOpen, onStay, onLeave }: LeaveDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onStay} title={t.leaveTitle} centered closeButtonProps={{ 'aria-label': t.stay }}>
      <Text size="sm">{t.leaveHelp}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t.stay}
        </Button>
        <Button color="red.9" onClick={onLeave}>
          {t.leave}
        </Button>
      </Group>
    </Modal>
  );
}
