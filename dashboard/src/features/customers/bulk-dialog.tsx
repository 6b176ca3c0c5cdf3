import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { BulkAction, BulkTargets } from '../../api/bulk.ts';
import { DialogActions } from '../../components/dialog-actions.tsx';
import { LeaveGuard } from '../../components/resource-form.tsx';
import { texts } from '../../texts.ts';
import { BulkRun } from './bulk-run.tsx';
import { TagsField } from './tags-field.tsx';
import { useBulkRun } from './use-bulk-run.ts';

const t = texts.bulk;

export interface BulkDialogProps {
  readonly kind: BulkAction['kind'];
  readonly targets: BulkTargets;
  /** How many they are, where that is known. */
  readonly count: number | undefined;
  /** Told whether anything was begun. */
  readonly onClose: (isStarted: boolean) => void;
}

/** Asks what is to be done with many customers, does it, and tells how far it is and with whom it could not be done. */
export function BulkDialog({ kind, targets, count, onClose }: BulkDialogProps) {
  const run = useBulkRun(targets);
  const isStarted = run.action !== undefined;
  const close = () => onClose(isStarted);
  const ask = { count, onStart: run.start, onClose: close };
  return (
    <Modal
      opened
      onClose={run.isRunning ? run.stop : close}
      title={kind === 'tags' ? t.tagTitle(count) : t.deleteTitle(count)}
      centered
      // What came of it is shown until its button is pressed. Esc stops it, and may come when it has just ended.
      closeOnEscape={!isStarted || run.isRunning}
      closeOnClickOutside={!isStarted}
      closeButtonProps={{ 'aria-label': run.isRunning ? t.stop : texts.close }}
    >
      <LeaveGuard isDirty={run.isRunning} loss={t.leave} />
      {isStarted ? (
        <BulkRun run={run} count={count} onClose={close} />
      ) : kind === 'tags' ? (
        <AskTags {...ask} />
      ) : (
        <AskDeletion {...ask} />
      )}
    </Modal>
  );
}

interface AskProps {
  readonly count: number | undefined;
  readonly onStart: (action: BulkAction) => void;
  readonly onClose: () => void;
}

function AskTags({ onStart, onClose }: AskProps) {
  const [add, setAdd] = useState<readonly string[]>([]);
  const [remove, setRemove] = useState<readonly string[]>([]);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        onStart({ kind: 'tags', add_tags: add, remove_tags: remove });
      }}
    >
      <Stack>
        <TagsField label={t.add} value={add} onChange={setAdd} />
        <TagsField label={t.remove} value={remove} onChange={setRemove} />
        <DialogActions fault={undefined} onClose={onClose}>
          <Button type="submit" disabled={add.length + remove.length === 0}>
            {t.tag}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}

function AskDeletion({ count, onStart, onClose }: AskProps) {
  const [text, setText] = useState('');
  const expected = count === undefined ? t.all : String(count);
  const mayGo = text.trim().toLowerCase() === expected;
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (mayGo) onStart({ kind: 'delete' });
      }}
    >
      <Stack>
        <Text size="sm">{t.deleteHelp}</Text>
        <TextInput
          label={t.typeToConfirm(expected)}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <DialogActions fault={undefined} onClose={onClose}>
          <Button color="red.9" type="submit" disabled={!mayGo}>
            {t.delete}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}
