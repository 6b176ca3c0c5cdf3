import { Button, Group, Modal, type ModalProps, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { texts } from '../texts.ts';
import { DialogActions } from './dialog-actions.tsx';
import { LeaveGuard, type Refusals, showFaults, toFirstFault, useSaveShortcut } from './resource-form.tsx';

const t = texts.form;

interface FormDialogProps<V> extends Pick<ModalProps, 'title' | 'size' | 'closeOnEscape'> {
  readonly form: UseFormReturnType<V>;
  /** The fields of the form, by which faults of the API are found and told. */
  readonly labels: Readonly<Record<string, string>>;
  readonly refusals: Refusals;
  /** Where a fault of the API belongs that does not name a field of the form. */
  readonly inputOf?: (path: string) => string;
  /** What the button says that saves. */
  readonly action?: string;
  /** Its colour, where it does more than save. */
  readonly actionColor?: string;
  /** Whether it may be saved as it is filled in at first. */
  readonly isReady?: boolean;
  /** Answers whether it was saved: when not, the editor goes on. */
  readonly onSave: (values: V) => Promise<boolean>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a dialog: faults at their fields, saved with Ctrl or Cmd and S, too, and never closed over what is not saved. */
export function FormDialog<V extends object>(props: FormDialogProps<V>) {
  const {
    form,
    labels,
    refusals,
    inputOf,
    action = t.save,
    actionColor,
    isReady = false,
    onSave,
    onClose,
    children,
    ...modal
  } = props;
  const [fault, setFault] = useState<string>();
  const [isLeaving, setLeaving] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const isDirty = form.isDirty();
  const leave = () => (isDirty ? setLeaving(true) : onClose());
  const save = form.onSubmit(async values => {
    setFault(undefined);
    setLeaving(false);
    try {
      if (await onSave(values)) onClose();
    } catch (error) {
      setFault(showFaults(form, error, labels, refusals, inputOf));
    }
  }, toFirstFault(form));
  const submit = useCallback(() => element.current?.requestSubmit(), []);
  const maySave = isDirty || isReady;
  useSaveShortcut(submit, maySave && !form.submitting, { isOnTop: true });

  return (
    <Modal {...modal} opened onClose={leave} closeButtonProps={{ 'aria-label': t.cancel }}>
      <LeaveGuard isDirty={isDirty} />
      <form ref={element} onSubmitCapture={refusals.clear} onSubmit={save} noValidate>
        <Stack>
          {children}
          <div className="dialog-foot">
            {isLeaving && isDirty ? (
              <Group justify="space-between" gap="xs">
                <Text size="sm" role="alert">
                  {t.closeUnsaved}
                </Text>
                <Group gap="xs">
                  <Button variant="default" onClick={() => setLeaving(false)} autoFocus>
                    {t.keepEditing}
                  </Button>
                  <Button color="red.9" onClick={onClose}>
                    {t.discard}
                  </Button>
                </Group>
              </Group>
            ) : (
              <DialogActions fault={fault} onClose={leave}>
                <Button
                  type="submit"
                  disabled={!maySave}
                  loading={form.submitting}
                  {...(actionColor !== undefined && { color: actionColor })}
                >
                  {action}
                </Button>
              </DialogActions>
            )}
          </div>
        </Stack>
      </form>
    </Modal>
  );
}
