import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { useState } from 'react';
import type { Field } from '../../../server/src/contract.ts';
import { texts } from '../texts.ts';
import { numberKindOf } from '../validation.ts';
import { formatValue } from '../values.ts';
import { NumberField } from './number-field.tsx';

/** A value of a field as a form holds it: an empty text stands for none. */
export type FieldValue = string | number | boolean;

/** What a field says of its input. */
export type DescribedField = Pick<Field, 'name' | 'field_type' | 'description' | 'required' | 'validation_rules'>;

/** What a form holds of a field without a value. */
export const blankOf = ({ field_type: type }: Pick<Field, 'field_type'>): FieldValue =>
  type === 'boolean' ? false : '';

/** A value as the API takes it. */
export const toFieldValue = (value: FieldValue): FieldValue | null =>
  typeof value === 'string' && value.trim() === '' ? null : value;

interface FieldInputProps {
  readonly field: DescribedField;
  /** What the form says of the input (`form.getInputProps`). */
  readonly input: GetInputPropsReturnType;
  readonly isReadOnly?: boolean;
}

/** An input of a field's type. */
export function FieldInput({ field, input, isReadOnly = false }: FieldInputProps) {
  const { name: label, field_type: type, description, required, validation_rules: rules } = field;
  const value: FieldValue = input.value ?? blankOf(field);
  const shared = { ...input, value, label, ...(description !== '' && { description }) };
  const optionsOf = <T,>(rule: string) => rules.find(one => one.type === rule)?.options as T | undefined;
  const allowed = optionsOf<readonly (string | number)[]>('enum');
  // What is chosen, too, is read as text.
  if (isReadOnly && (type === 'boolean' || allowed !== undefined))
    return <LineInput {...shared} value={value === '' ? '' : formatValue(value)} readOnly />;
  if (type === 'boolean') {
    const { value: _, ...rest } = shared;
    return (
      <Switch {...rest} checked={value === true} onChange={event => input.onChange(event.currentTarget.checked)} />
    );
  }
  if (allowed !== undefined)
    return (
      <Select
        {...shared}
        data={[...new Set(allowed.map(formatValue))]}
        value={value === '' ? null : formatValue(value)}
        onChange={chosen => input.onChange(allowed.find(option => formatValue(option) === chosen) ?? '')}
        clearable={!required}
        clearButtonProps={{ 'aria-label': texts.form.clear(label) }}
        searchable
      />
    );
  const kind = numberKindOf(field);
  if (kind !== undefined)
    return (
      <NumberField {...shared} kind={kind} value={typeof value === 'boolean' ? '' : value} readOnly={isReadOnly} />
    );
  const Input = type === 'date' ? DateInput : LineInput;
  return <Input {...shared} value={String(value)} readOnly={isReadOnly} />;
}

interface TextProps extends Omit<GetInputPropsReturnType, 'value'> {
  readonly value: string;
  readonly label: string;
  readonly readOnly: boolean;
}

/** A day, chosen as the browser lets one choose it; a value that has a time, too, is written as the API has it. */
function DateInput(props: TextProps) {
  const [hasTime] = useState(props.value.length > '2026-01-31'.length);
  return <TextInput {...props} {...(hasTime ? { placeholder: '2026-01-31T12:00:00Z' } : { type: 'date' })} />;
}

/** A line; what is longer has room for it. */
function LineInput(props: TextProps) {
  const [isLong] = useState(props.value.length > 80 || props.value.includes('\n'));
  return isLong ? <Textarea {...props} autosize maxRows={12} /> : <TextInput {...props} />;
}
