import type { UseFormReturnType } from '@mantine/form';
import { type ReactNode, useEffect, useState } from 'react';
import type { Field } from '../../../server/src/contract.ts';
import { isOutdated, type Tagged } from '../api/client.ts';
import { formatFieldValue, formatValue } from '../values.ts';
import { ConflictDialog, type ConflictingField } from './conflict-dialog.tsx';
import type { FieldValue } from './field-input.tsx';

type Values = Record<string, FieldValue>;

interface Resource {
  readonly meta: { readonly timestamps: { readonly updated_at: string } };
}

interface GuardedSaveOptions<T, V extends Values> {
  readonly form: UseFormReturnType<V>;
  /** The newest state that is known; undefined for something new. */
  readonly current: Tagged<T> | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The store's own among the fields, by whose types values are told. */
  readonly fields?: readonly Field[];
  readonly valuesOf: (resource: T) => V;
  readonly read: () => Promise<Tagged<T>>;
  /** Saves the named members, of the state with that tag. */
  readonly write: (values: V, changed: readonly string[], tag: string) => Promise<Tagged<T>>;
}

interface Asked {
  readonly fields: readonly ConflictingField[];
  readonly savedAt: string;
  readonly answer: (theirs: ReadonlySet<string> | undefined) => void;
}

/** What others have changed since it was read, unless the editor has made it the same. */
const conflictsOf = (
  was: Values,
  theirs: Values,
  yours: Values,
  labels: Readonly<Record<string, string>>,
  fields: readonly Field[],
): readonly ConflictingField[] =>
  Object.entries(labels).flatMap(([name, label]) => {
    const [now = '', mine = ''] = [theirs[name], yours[name]];
    const isConflict = now !== was[name] && now !== mine;
    if (!isConflict) return [];
    const field = fields.find(({ slug }) => slug === name);
    const told = (value: FieldValue) => (field === undefined ? formatValue(value) : formatFieldValue(field, value));
    return [{ name, label, theirs: told(now), yours: told(mine), isEdited: mine !== was[name] }];
  });

/**
 * Saves a form over the state that it was filled with. When somebody else has saved meanwhile, both versions are shown, field
 * by field; what is chosen is saved over theirs. Until the editor has changed something, the form follows what is saved.
 */
export function useGuardedSave<T extends Resource, V extends Values>(options: GuardedSaveOptions<T, V>) {
  const { form, current, labels, fields: own = [], valuesOf, read, write } = options;
  const [base, setBase] = useState(current);
  const [asked, setAsked] = useState<Asked>();

  /** Fills the form with a state, and what was edited on top of it. */
  const adopt = (state: Tagged<T>, edited?: V) => {
    const values = valuesOf(state.data);
    setBase(state);
    form.setInitialValues(values);
    form.setValues(edited ?? values);
    form.resetDirty(values);
  };
  const isUntouched = !form.isDirty() && !form.submitting;
  useEffect(() => {
    if (isUntouched && current !== undefined && current.tag !== base?.tag) adopt(current);
  });

  const ask = (fields: readonly ConflictingField[], savedAt: string) =>
    new Promise<ReadonlySet<string> | undefined>(resolve => {
      const answer = (theirs: ReadonlySet<string> | undefined) => {
        setAsked(undefined);
        resolve(theirs);
      };
      setAsked({ fields, savedAt, answer });
    });

  const saveOver = async (state: Tagged<T>, yours: V): Promise<Tagged<T> | undefined> => {
    const was = valuesOf(state.data);
    const changed = Object.keys(was).filter(name => yours[name] !== was[name]);
    try {
      const saved = changed.length === 0 ? state : await write(yours, changed, state.tag);
      adopt(saved);
      return saved;
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    const theirs = await read();
    const now = valuesOf(theirs.data);
    const fields = conflictsOf(was, now, yours, labels, own);
    const chosen = fields.length === 0 ? new Set<string>() : await ask(fields, theirs.data.meta.timestamps.updated_at);
    if (chosen === undefined) return undefined;
    const merged = { ...yours, ...Object.fromEntries([...chosen].map(name => [name, now[name] ?? ''])) };
    adopt(theirs, merged);
    return saveOver(theirs, merged);
  };

  const dialog: ReactNode = asked && (
    <ConflictDialog
      fields={asked.fields}
      savedAt={asked.savedAt}
      onChosen={asked.answer}
      onClose={() => asked.answer(undefined)}
    />
  );
  return {
    /** Belongs beside the form, not into it: it is a form, too. */
    dialog,
    /** Forgets what was edited. */
    discard: () => current && adopt(current),
    /** What was saved; undefined when the editor went back to the form, where all is as it was. */
    save: (values: V) => (base === undefined ? Promise.resolve(undefined) : saveOver(base, values)),
  };
}
