import { MultiSelect, type OptionsFilter, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Field } from '../../../../server/src/contract.ts';
import { refreshCustomer } from '../../api/customers.ts';
import { changeTargets, foundTargetsQuery, type TargetChoice } from '../../api/targets.ts';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.relationships;

// The API has found them.
const all: OptionsFilter = ({ options }) => options;

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
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [fault, setFault] = useState<string>();
  // What is chosen stands in the input, and is no search.
  const sought = targets.some(({ label }) => label === text) ? '' : text.trim();
  const [asked] = useDebouncedValue(sought, 150);
  const { data: found = [], isFetching } = useQuery({ ...foundTargetsQuery(kind, asked), enabled: isOpen });

  const known = new Map([...targets, ...found].map(choice => [choice.id, choice]));
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
    setText('');
    setSaving(false);
  };

  const shared = {
    label: field.name,
    ...(field.description !== '' && { description: field.description }),
    placeholder: t.choose,
    data: [...known.values()].map(({ id, label }) => ({ value: id, label })),
    filter: all,
    searchable: true,
    searchValue: text,
    onSearchChange: setText,
    onDropdownOpen: () => setOpen(true),
    nothingFoundMessage: isFetching || asked !== sought ? t.searching : t.nothingFound,
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
