import { Select, SimpleGrid, TagsInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { rulesOf } from '../../../../server/src/modules/flows/field-kinds.ts';
import { flowsQuery } from '../../api/flows.ts';
import { type DescribedField, FieldInput } from '../../components/field-input.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { texts } from '../../texts.ts';
import { fieldFault, numberKindOf } from '../../validation.ts';
import { type FieldState, isNumeric, toOption, toRules } from './field-state.ts';
import { targetsOf } from './resources.ts';

const t = texts.fields;

interface RuleInputsProps {
  readonly form: UseFormReturnType<FieldState>;
}

/** The inputs of the rules that a field of the chosen type may have. */
export function RuleInputs({ form }: RuleInputsProps) {
  const { field_type: type } = form.values;
  const allowed = rulesOf[type];
  const kind = numberKindOf({ field_type: type, validation_rules: [] });
  if (allowed.includes('one-to-one')) return <TargetInputs form={form} />;
  return (
    <>
      {allowed.includes('email') && (
        <Select
          label={t.format}
          data={[
            { value: '', label: t.anyFormat },
            ...Object.entries(t.formats).map(([value, label]) => ({ value, label })),
          ]}
          allowDeselect={false}
          {...form.getInputProps('format')}
        />
      )}
      {kind && (
        <SimpleGrid cols={2}>
          <NumberField label={t.from} kind={kind} {...form.getInputProps('from')} />
          <NumberField label={t.to} kind={kind} {...form.getInputProps('to')} />
        </SimpleGrid>
      )}
      {allowed.includes('enum') && (
        <TagsInput
          label={t.options}
          description={t.optionsHelp}
          // A value may have a comma.
          splitChars={[]}
          {...form.getInputProps('options')}
        />
      )}
    </>
  );
}

function TargetInputs({ form }: RuleInputsProps) {
  const flows = useQuery(flowsQuery);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Select label={t.target} data={targetsOf(flows.data ?? [])} searchable {...form.getInputProps('target')} />
      <Select
        label={t.cardinality}
        data={Object.entries(t.cardinalities).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        {...form.getInputProps('cardinality')}
      />
    </SimpleGrid>
  );
}

/** The default as a field, by the rules that the form has. */
const defaultOf = (state: FieldState): DescribedField => ({
  ...{ name: t.default, description: t.defaultHelp, required: false },
  field_type: state.field_type,
  validation_rules: toRules(state),
});

/** The value that is used where none is given: an input of the field's type; of yes and no, neither is a choice, too. */
export function DefaultInput({ form }: RuleInputsProps) {
  const { field_type: type, default: value } = form.values;
  const input = form.getInputProps('default');
  if (type !== 'boolean') return <FieldInput key={type} field={defaultOf(form.values)} input={input} />;
  return (
    <Select
      {...input}
      label={t.default}
      description={t.defaultHelp}
      data={[
        { value: '', label: t.noDefault },
        { value: 'true', label: t.yes },
        { value: 'false', label: t.no },
      ]}
      value={String(value)}
      onChange={chosen => input.onChange(chosen === '' ? '' : chosen === 'true')}
      allowDeselect={false}
    />
  );
}

/** What is wrong with the rules and the default, by input; what the API alone can know is missing. */
export function ruleFaults(state: FieldState): Partial<Record<keyof FieldState, string>> {
  const { field_type: type, options, from, to, target } = state;
  const plain = { ...defaultOf(state), validation_rules: [] };
  if (type === 'relationship') return target === '' ? { target: texts.rules.required(t.target) } : {};
  const faults = {
    options: options.map(option => fieldFault(plain, t.options, toOption(type, option))).find(said => said !== null),
    ...(isNumeric(type) && {
      from: fieldFault(plain, t.from, from) ?? (from === '' && to !== '' ? t.bothBounds : undefined),
      to:
        fieldFault(plain, t.to, to) ??
        (to === '' && from !== '' ? t.bothBounds : Number(to) < Number(from) ? t.disordered : undefined),
    }),
    default: fieldFault(defaultOf(state), t.default, state.default),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, said]) => said != null));
}
