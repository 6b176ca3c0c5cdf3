import { Button, Group, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { texts } from '../texts.ts';
import { noteUnsaved } from '../unsaved.ts';
import { toLabelled } from '../validation.ts';
import { LeaveDialog, type Loss } from './leave-dialog.tsx';
import { messageOf } from './states.tsx';

const t = texts.form;

// biome-ignore lint/suspicious/noExplicitAny: forms of every shape
type AnyForm = UseFormReturnType<any>;

/** What the API has refused: it stays under its field until the value changes, or the form is sent again. */
export interface Refusals {
  faultOf(name: string, value: unknown): string | null;
  note(faults: Readonly<Record<string, string>>, values: Readonly<Record<string, unknown>>): void;
  clear(): void;
}

export function useRefusals(): Refusals {
  const [refusals] = useState(() => {
    const known = new Map<string, { readonly value: unknown; readonly fault: string }>();
    return {
      faultOf: (name: string, value: unknown) => {
        const refused = known.get(name);
        return refused?.value === value ? (refused?.fault ?? null) : null;
      },
      note: (faults: Readonly<Record<string, string>>, values: Readonly<Record<string, unknown>>) => {
        for (const [name, fault] of Object.entries(faults)) known.set(name, { value: values[name], fault });
      },
      clear: () => known.clear(),
    };
  });
  return refusals;
}

/**
 * Puts the errors of the API under their fields: `data.email` under `email`, or where `inputOf` finds the input of another
 * path. Answers what belongs to none of them, for the form's foot.
 */
export function showFaults(
  form: AnyForm,
  error: unknown,
  labels: Readonly<Record<string, string>>,
  refusals: Refusals,
  inputOf: (path: string) => string = path => path,
): string | undefined {
  // Whoever is asked to sign in again need not be told so twice, nor when they have.
  if (error instanceof ApiFailure && error.status === 401) return undefined;
  const entries = error instanceof ApiFailure ? error.entries : [];
  const faults: Record<string, string> = {};
  for (const { source = '', detail } of entries) {
    const field = inputOf(source.replace(/^data\./, ''));
    const label = labels[field];
    if (label !== undefined) faults[field] ??= toLabelled(detail, label);
  }
  refusals.note(faults, form.getValues());
  form.setErrors(faults);
  const [first] = Object.keys(faults);
  if (first === undefined) return messageOf(error);
  form.getInputNode(first)?.focus();
  return undefined;
}

/** For a form that its own rules refuse: leads to the first field that is wrong. */
export const toFirstFault = (form: AnyForm) => (faults: Readonly<Record<string, unknown>>) => {
  const first = Object.keys(faults).find(name => faults[name]);
  if (first !== undefined) form.getInputNode(first)?.focus();
};

/** Saves with Ctrl or Cmd and S, wherever the focus is. The form on top of another is the one that is meant. */
export function useSaveShortcut(save: () => void, isEnabled: boolean, { isOnTop = false } = {}) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      if (isOnTop) event.stopPropagation();
      if (isEnabled) save();
    };
    window.addEventListener('keydown', onKey, { capture: isOnTop });
    return () => window.removeEventListener('keydown', onKey, { capture: isOnTop });
  }, [save, isEnabled, isOnTop]);
}

/** Asks before a page with unsaved changes, or where something else would be lost, is left: by a link, the browser's buttons or a closed tab. */
export function LeaveGuard({ isDirty, loss }: { readonly isDirty: boolean; readonly loss?: Loss }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  useEffect(() => noteUnsaved(isDirty), [isDirty]);
  return <LeaveDialog isOpen={status === 'blocked'} loss={loss} onStay={() => reset?.()} onLeave={() => proceed?.()} />;
}

interface SaveBarProps {
  readonly label?: string;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  readonly fault: string | undefined;
  readonly onDiscard?: () => void;
}

/** The foot of a form: what is wrong with the whole of it, and what can be done. */
export function SaveBar({ label = t.save, isDirty, isSaving, fault, onDiscard }: SaveBarProps) {
  return (
    <div className="savebar">
      <Group justify="space-between">
        <Text
          size="sm"
          c={fault === undefined ? 'dimmed' : 'var(--mantine-color-error)'}
          role={fault === undefined ? undefined : 'alert'}
        >
          {fault ?? (isDirty ? t.unsaved : '')}
        </Text>
        <Group gap="xs">
          {onDiscard && isDirty && (
            <Button variant="default" onClick={onDiscard} disabled={isSaving}>
              {t.discard}
            </Button>
          )}
          <Button type="submit" disabled={!isDirty} loading={isSaving}>
            {label}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
