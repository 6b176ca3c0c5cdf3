import schemas from 'virtual:schemas';
import { Select, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Field, FieldType, Flow } from '../../../../server/src/contract.ts';
import { canBeSearched, canBeUnique, rulesOf } from '../../../../server/src/modules/flows/field-kinds.ts';
import { isFieldSlugFree } from '../../../../server/src/modules/flows/slugs.ts';
import { api } from '../../api/client.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { slugOf } from '../../slugs.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';
import {
  areRulesEditable,
  blankRules,
  changesOf,
  type FieldState,
  inputOfRule,
  stateOf,
  toBody,
  toRules,
} from './field-state.ts';
import { DefaultInput, RuleInputs, ruleFaults } from './rule-inputs.tsx';

const t = texts.fields;
const labels = {
  ...{ name: t.name, slug: t.slug, description: t.description, required: t.required, unique: t.unique },
  ...{ searchable: t.searchable, default: t.default, options: t.options, format: t.format, from: t.from, to: t.to },
  target: t.target,
};
const types = Object.keys(rulesOf) as FieldType[];

interface FieldFormProps {
  /** Undefined for a new one. */
  readonly field?: Field;
  readonly flow: Flow;
  /** The place of a new one, which is the last. */
  readonly order: number | null;
  readonly onClose: () => void;
  readonly onSaved: () => Promise<unknown>;
}

/** A dialog in which a field is made or changed. */
export function FieldForm({ field, flow, order, onClose, onSaved }: FieldFormProps) {
  const refusals = useRefusals();
  const [before] = useState(() => stateOf(field));
  const hasOtherRules = field !== undefined && !areRulesEditable(field);
  const form = useForm<FieldState>({
    initialValues: before,
    validateInputOnBlur: true,
    validate: values => {
      const own = {
        name: textFault(schemas.NewField, 'name', t.name, values.name),
        slug:
          textFault(schemas.NewField, 'slug', t.slug, values.slug) ??
          (isFieldSlugFree(values.slug, flow.slug) ? null : texts.rules.reserved(t.slug)),
        description: textFault({ ...schemas.NewField, required: [] }, 'description', t.description, values.description),
        ...ruleFaults(values),
        ...(values.unique && values.default !== '' && { default: t.uniqueWithDefault }),
      };
      const refused = Object.keys(labels).map(name => [name, refusals.faultOf(name, values[name as keyof FieldState])]);
      return { ...Object.fromEntries(refused), ...Object.fromEntries(Object.entries(own).filter(([, said]) => said)) };
    },
  });
  const { values } = form;

  const setName = (name: string) => {
    // Until somebody writes a slug, it follows the name.
    const follows = field === undefined && values.slug === slugOf(values.name, '_');
    form.setValues({ name, ...(follows && { slug: slugOf(name, '_') }) });
  };
  const setType = (type: FieldType) => {
    form.setValues({ ...blankRules, field_type: type });
    form.clearErrors();
  };
  /** The field for the API: of one that there is only what has changed, so that the rest stays as it is by now. */
  const send = (state: FieldState) =>
    field === undefined
      ? api.post<Field>('/v2/fields', {
          ...{ type: 'field', ...toBody(state), field_type: state.field_type, order },
          relationships: { flow: { data: { type: 'flow', id: flow.id } } },
        })
      : api.put<Field>(`/v2/fields/${field.id}`, { type: 'field', ...changesOf(before, state) });
  const save = async (state: FieldState) => {
    await send(state);
    notifications.show({ message: t.saved });
    await onSaved();
    return true;
  };
  /** The input of a fault that the API finds in a rule. */
  const inputOf = (path: string) => {
    const [, place] = /^validation_rules(?:\.(\d+))?/.exec(path) ?? [];
    return path.startsWith('validation_rules')
      ? inputOfRule(toRules(form.getValues())[Number(place ?? 0)], path)
      : path;
  };
  const toggle = (
    name: 'required' | 'unique' | 'searchable' | 'omit_null' | 'enabled',
    label: string,
    help?: string,
  ) => (
    <Switch
      label={label}
      {...(help !== undefined && { description: help })}
      {...form.getInputProps(name, { type: 'checkbox' })}
    />
  );
  const isValue = values.field_type !== 'relationship';

  return (
    <FormDialog
      title={field === undefined ? t.new : t.edit}
      size="lg"
      {...{ form, labels, refusals, inputOf, onSave: save, onClose }}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t.name}
          {...form.getInputProps('name')}
          onChange={event => setName(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={t.slug}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          description={field !== undefined && values.slug !== before.slug ? t.slugChange : t.slugHelp}
          {...form.getInputProps('slug')}
        />
      </SimpleGrid>
      <TextInput label={t.description} description={t.descriptionHelp} {...form.getInputProps('description')} />
      <Select
        label={t.type}
        data={types.map(type => ({ value: type, label: t.types[type] }))}
        value={values.field_type}
        allowDeselect={false}
        onChange={type => type && setType(type)}
        {...(field !== undefined && {
          readOnly: true,
          description: t.typeFixed,
          rightSection: null,
          variant: 'filled',
        })}
      />
      {hasOtherRules ? (
        <Text size="sm" c="dimmed">
          {t.otherRules}
        </Text>
      ) : (
        <RuleInputs form={form} />
      )}
      {isValue && <DefaultInput form={form} />}
      {isValue && toggle('required', t.required, t.requiredHelp)}
      {canBeUnique(values.field_type, flow.slug) && toggle('unique', t.unique, t.uniqueHelp)}
      {canBeSearched(values.field_type, flow.slug) && toggle('searchable', t.searchable, t.searchableHelp)}
      {toggle('omit_null', t.omitNull)}
      {toggle('enabled', t.enabled, t.enabledHelp)}
    </FormDialog>
  );
}
