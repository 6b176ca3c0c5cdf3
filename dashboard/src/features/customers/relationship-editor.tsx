import { MultiSelect, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Field } from '../../../../server/src/contract.ts';
import { refreshCustomer } from '../../api/customers.ts';
import { changeTargets, type TargetChoice } from '../../api/targets.ts';
import { messageOf } from '../../components/states.tsx';
import { useTargetSearch } from '../../components/target-search.ts';
import { texts } from '../../texts.ts';

interface RelationshipEditorProps {
  readonly customerId: string;
  readonly field: Field;
  /** What it may point to: a resource in the singular, or the slug of a flow. */
  readonly kind: string;
  readonly isToMany: boolean;
  readonly targets: readonly TargetChoice[];
}

/** Chooses what a relationship of a customer points to, by typing. Each change is saved at once. */
export function RelationshipEditor({ customerId, field, kind, isToMany, targets }: RelationshipEditorProps) {
  const queries = useQueryClient();
  const { known, clear, input } = useTargetSearch(kind, targets);
  const [isSaving, setSaving] = useState(false);
  const [fault, setFault] = useState<string>();
  const choose = async (ids: readonly string[]) => {
    const only = (chosen: readonly TargetChoice[]) => chosen.map(({ type, id }) => ({ type, id }));
    const added = ids.filter(id => !targets.some(target => target.id === id)).flatMap(id => known.get(id) ?? []);
    const removed = targets.filter(({ id }) => !ids.includes(id));
    setSaving(true);
    setFault(undefined);
    try {
      // Of one only, another takes the place.
      await changeTargets(customerId, field.slug, {
        added: only(added),
        removed: isToMany || added.length === 0 ? only(removed) : [],
      });
    } catch (error) {
      setFault(messageOf(error));
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['customers', customerId], exact: true }),
      refreshCustomer(queries, customerId),
    ]);
    clear();
    setSaving(false);
  };

  const shared = {
    label: field.name,
    ...(field.description !== '' && { description: field.description }),
    ...input,
    disabled: isSaving,
    error: fault,
  };
  return isToMany ? (
    <MultiSelect {...shared} value={targets.map(({ id }) => id)} onChange={choose} hidePickedOptions />
  ) : (
    <Select
      {...shared}
      value={targets[0]?.id ?? null}
      onChange={id => choose(id === null ? [] : [id])}
      clearable
      clearButtonProps={{ 'aria-label': texts.form.clear(field.name) }}
    />
  );
}
