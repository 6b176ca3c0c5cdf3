import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { hasUnsaved } from '../unsaved.ts';

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

/** For what leaves the page without the router: does it at once, or after a question when something would be lost. */
export function useLeaving<What>(leave: (what: What) => void) {
  const [asked, setAsked] = useState<{ readonly what: What }>();
  const forget = () => setAsked(undefined);
  return {
    leave: (what: What) => (hasUnsaved() ? setAsked({ what }) : leave(what)),
    question: (
      <LeaveDialog
        isOpen={asked !== undefined}
        onStay={forget}
        onLeave={() => {
          forget();
          if (asked) leave(asked.what);
        }}
      />
    ),
  };
}
