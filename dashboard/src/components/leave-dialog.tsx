import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { hasUnsaved } from '../unsaved.ts';

const t = texts.form;

/** How one is asked. */
export interface Loss {
  readonly title: string;
  readonly help: string;
}

const unsaved: Loss = { title: t.leaveTitle, help: t.leaveHelp };

interface LeaveDialogProps {
  readonly isOpen: boolean;
  /** What would be lost, where it is not what was entered. */
  readonly loss?: Loss | undefined;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks before something is lost: unsaved changes, if nothing else is said. */
export function LeaveDialog({ isOpen, loss = unsaved, onStay, onLeave }: LeaveDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onStay} title={loss.title} centered closeButtonProps={{ 'aria-label': t.stay }}>
      <Text size="sm">{loss.help}</Text>
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
