import { Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { Fragment } from 'react';
import type { Field } from '../../../server/src/contract.ts';
import { texts } from '../texts.ts';
import { fieldFault } from '../validation.ts';
import { formatFieldValue } from '../values.ts';
import { blankOf, FieldInput, type FieldValue } from './field-input.tsx';
import type { Refusals } from './resource-form.tsx';

/** What a form holds of the fields of a store: the values of a resource, or for a new one the defaults. */
export function fieldValuesOf(resource: object | undefined, fields: readonly Field[]): Record<string, FieldValue> {
  const known = resource as Readonly<Record<string, FieldValue | null | undefined>> | undefined;
  return Object.fromEntries(
    fields.map(field => {
      const value = known === undefined ? (field.default as FieldValue | null) : known[field.slug];
      return [field.slug, value ?? blankOf(field)];
    }),
  );
}

/** The names of fields, by which a form tells their faults. */
export const fieldLabelsOf = (fields: readonly Field[]): Record<string, string> =>
  Object.fromEntries(fields.map(({ slug, name }) => [slug, name]));

/** What is wrong with the values of fields, by their rules or as the API has said; null where nothing is. */
export const fieldFaultsOf = (
  fields: readonly Field[],
  values: Readonly<Record<string, FieldValue>>,
  refusals: Refusals,
): Record<string, string | null> =>
  Object.fromEntries(
    fields.map(field => {
      const value = values[field.slug];
      return [field.slug, fieldFault(field, field.name, value) ?? refusals.faultOf(field.slug, value)];
    }),
  );

interface FieldInputsProps {
  readonly fields: readonly Field[];
  // biome-ignore lint/suspicious/noExplicitAny: forms of every shape
  readonly form: UseFormReturnType<any>;
  readonly isReadOnly?: boolean;
}

/** The inputs of the fields of a store, below those of the resource itself. */
export function FieldInputs({ fields, form, isReadOnly = false }: FieldInputsProps) {
  if (fields.length === 0) return null;
  return (
    <>
      <Text fw={600} size="sm" mt="xs">
        {texts.customFields}
      </Text>
      {fields.map(field => (
        <FieldInput key={field.id} field={field} input={form.getInputProps(field.slug)} isReadOnly={isReadOnly} />
      ))}
    </>
  );
}

interface FieldFactsProps {
  readonly fields: readonly Field[];
  readonly resource: object;
}

/** The values of the fields of a store, read. */
export function FieldFacts({ fields, resource }: FieldFactsProps) {
  const values = resource as Readonly<Record<string, unknown>>;
  return (
    <dl className="facts">
      {fields.map(field => (
        <Fragment key={field.id}>
          <dt>{field.name}</dt>
          <dd className="break">{formatFieldValue(field, values[field.slug])}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
