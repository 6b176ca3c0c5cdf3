import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  type MultiSelectProps,
  Radio,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { namedTargetsQuery } from '../../api/targets.ts';
import { texts } from '../../texts.ts';
import { numberFault } from '../../validation.ts';
import { NumberField } from '../number-field.tsx';
import { useTargetSearch, useTypedSearch } from '../target-search.ts';
import { areEndsDisordered, type Criteria, type FilterField } from './criteria.ts';

const t = texts.filters;
/** So many choices are shown at once; of more, those that match what is typed. */
const mostChecked = 12;

// Above, so that the button below stays in reach.
const above: Pick<MultiSelectProps, 'maxDropdownHeight' | 'comboboxProps'> = {
  maxDropdownHeight: 150,
  comboboxProps: { withinPortal: false, position: 'top-start', middlewares: { flip: false } },
};

/** Criteria while they are chosen: the ends of numbers as their inputs have them. */
interface Draft extends Omit<Criteria, 'from' | 'to'> {
  readonly from: string | number;
  readonly to: string | number;
}

const kindOf = ({ isWhole }: FilterField) => ({ places: isWhole === true ? 0 : undefined });

function draftOf({ kind }: FilterField, criteria: Criteria): Draft {
  const { from, to } = criteria;
  const endOf = (text: string) => (text === '' || Number.isNaN(Number(text)) ? text : Number(text));
  return kind === 'number' ? { ...criteria, from: endOf(from), to: endOf(to) } : criteria;
}

/** What is asked; undefined while an end is no number. */
function criteriaOf(field: FilterField, draft: Draft): Criteria | undefined {
  const isWrong = (end: string | number) => numberFault('', end, kindOf(field)) !== null;
  if (field.kind === 'number' && (isWrong(draft.from) || isWrong(draft.to))) return undefined;
  return { ...draft, from: String(draft.from), to: String(draft.to) };
}

interface FilterEditorProps {
  readonly field: FilterField;
  readonly criteria: Criteria;
  readonly onApply: (criteria: Criteria) => void;
}

/** The input of a field's kind, with the button that narrows the list down. */
export function FilterEditor({ field, criteria, onApply }: FilterEditorProps) {
  const [draft, setDraft] = useState(draftOf(field, criteria));
  const [isRefused, setRefused] = useState(false);
  const change = (changes: Partial<Draft>) => {
    setDraft({ ...draft, ...changes });
    setRefused(false);
  };
  // The first one is loaded after its popover has opened, which then found nothing to focus.
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus(), []);
  return (
    <form
      ref={form}
      onSubmit={event => {
        event.preventDefault();
        const asked = criteriaOf(field, draft);
        // What is wrong with a number, its input tells.
        if (asked === undefined) return;
        if (areEndsDisordered(field, asked)) setRefused(true);
        else onApply(asked);
      }}
    >
      <Stack gap="sm">
        <Inputs field={field} draft={draft} change={change} />
        {isRefused && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {t.disordered}
          </Text>
        )}
        <Button type="submit" size="xs" fullWidth>
          {t.apply}
        </Button>
      </Stack>
    </form>
  );
}

interface InputsProps {
  readonly field: FilterField;
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
}

function Inputs({ field, draft, change }: InputsProps) {
  const { kind, label, options = [], find, target } = field;
  const [first = ''] = draft.values;
  const data = [...options];
  switch (kind) {
    case 'flag':
      return (
        <Radio.Group label={label} value={first} onChange={value => change({ values: [value] })}>
          <Stack gap="xs" mt="xs">
            {data.map((option, index) => (
              <Radio key={option.value} {...option} {...(index === 0 && { 'data-autofocus': true })} />
            ))}
          </Stack>
        </Radio.Group>
      );
    case 'choice':
      if (data.length <= mostChecked && draft.values.every(value => data.some(option => option.value === value)))
        return (
          <Checkbox.Group label={label} value={[...draft.values]} onChange={values => change({ values })}>
            <Stack gap="xs" mt="xs">
              {data.map((option, index) => (
                <Checkbox key={option.value} {...option} {...(index === 0 && { 'data-autofocus': true })} />
              ))}
            </Stack>
          </Checkbox.Group>
        );
      if (find !== undefined)
        return <FoundInput {...{ label, find, values: draft.values }} onChange={values => change({ values })} />;
      return (
        <MultiSelect
          label={label}
          // What a filter asks for need not be among them.
          data={[...data, ...draft.values.filter(value => !data.some(option => option.value === value))]}
          value={[...draft.values]}
          onChange={values => change({ values })}
          searchable
          data-autofocus
          {...above}
        />
      );
    case 'target':
      return (
        <TargetInput label={label} kind={target ?? ''} ids={draft.values} onChange={values => change({ values })} />
      );
    case 'text':
      return (
        <>
          <Select
            aria-label={t.how(label)}
            data={[
              { value: 'part', label: t.isPart },
              { value: 'whole', label: t.isWhole },
            ]}
            value={draft.isPart ? 'part' : 'whole'}
            onChange={value => change({ isPart: value !== 'whole' })}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
          <TextInput
            label={label}
            value={first}
            maxLength={255}
            onChange={event => change({ values: [event.currentTarget.value] })}
            data-autofocus
          />
        </>
      );
    case 'number':
      return (
        <Group grow gap="xs" align="start">
          {(['from', 'to'] as const).map(end => (
            <NumberField
              key={end}
              label={t.ends.number[end]}
              kind={kindOf(field)}
              value={draft[end]}
              onChange={value => change({ [end]: value })}
              {...(end === 'from' && { 'data-autofocus': true })}
            />
          ))}
        </Group>
      );
    case 'date':
    case 'day':
      return (
        <>
          {(['from', 'to'] as const).map(end => (
            <TextInput
              key={end}
              type="date"
              label={t.ends.date[end]}
              value={draft[end]}
              onChange={event => change({ [end]: event.currentTarget.value })}
              {...(end === 'from' && { 'data-autofocus': true })}
            />
          ))}
        </>
      );
  }
}

interface FoundInputProps extends Required<Pick<FilterField, 'label' | 'find'>> {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

/** Choices that the API finds while one types. */
function FoundInput({ label, find, values, onChange }: FoundInputProps) {
  const { asked, inputWhile } = useTypedSearch();
  const { data: found = [], isFetching } = useQuery({ ...find(asked), placeholderData: keepPreviousData });
  return (
    <MultiSelect
      {...inputWhile(isFetching)}
      label={label}
      data={[...new Set([...values, ...found])]}
      value={[...values]}
      onChange={onChange}
      hidePickedOptions
      data-autofocus
      {...above}
    />
  );
}

interface TargetInputProps {
  readonly label: string;
  readonly kind: string;
  readonly ids: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

/** Records that are chosen by typing. */
function TargetInput({ label, kind, ids, onChange }: TargetInputProps) {
  const { data: named = [] } = useQuery(namedTargetsQuery(kind, ids));
  const { input } = useTargetSearch(
    kind,
    named.filter(({ id }) => ids.includes(id)),
  );
  return (
    <MultiSelect
      {...input}
      label={label}
      value={[...ids]}
      onChange={onChange}
      hidePickedOptions
      data-autofocus
      {...above}
    />
  );
}
