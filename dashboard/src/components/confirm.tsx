import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { texts } from '../texts.ts';
import { DialogActions } from './dialog-actions.tsx';
import { messageOf } from './states.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  /** What the button says that leaves everything as it is. */
  readonly cancel?: string;
  /** Nothing is lost by it. */
  readonly isHarmless?: boolean;
  /** False while something is missing. */
  readonly isReady?: boolean;
  readonly children?: ReactNode;
  /** What must be typed, and what that field says. */
  readonly typed?: { readonly text: string; readonly label: string };
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something is done. */
export function Confirm({
  title,
  action,
  cancel,
  isHarmless = false,
  isReady = true,
  children,
  typed,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const mayGo = isReady && (typed === undefined || text.trim().toLowerCase() === typed.text.toLowerCase());
  const confirm = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await onConfirm();
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': texts.form.cancel }}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (mayGo) confirm();
        }}
      >
        <Stack>
          {children}
          {typed && (
            <TextInput
              label={typed.label}
              value={text}
              onChange={event => setText(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <DialogActions fault={fault} onClose={onClose} {...(cancel !== undefined && { cancel })}>
            <Button {...(!isHarmless && { color: 'red.9' })} type="submit" disabled={!mayGo} loading={isBusy}>
              {action}
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}
