import schemas from 'virtual:schemas';
import { Box, MultiSelect, Select, Stack, Switch, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useId, useRef, useState } from 'react';
import { type StoreSettings, saveStoreSettings, storeSettingsQuery } from '../../api/settings.ts';
import { sessionQuery } from '../../api/staff.ts';
import { NumberField } from '../../components/number-field.tsx';
import {
  LeaveGuard,
  SaveBar,
  showFaults,
  toFirstFault,
  useRefusals,
  useSaveShortcut,
} from '../../components/resource-form.tsx';
import { texts } from '../../texts.ts';
import { boundsOf, integerFault, textFault } from '../../validation.ts';

const t = texts.settings;

type Name = keyof StoreSettings;
type Form = UseFormReturnType<StoreSettings>;

/** Where the API's schema of each number is. */
const numbers = {
  password_min_length: [schemas.StorePatch, 'password_min_length'],
  page_length: [schemas.SettingsPatch, 'page_length'],
  cart_expiry_days: [schemas.CartSettingsPatch, 'cart_expiry_days'],
  logs_ttl_days: [schemas.LogsTtlPatch, 'days'],
} as const;

const mostLanguages = schemas.SettingsPatch.properties.additional_languages.maxItems ?? Number.MAX_SAFE_INTEGER;

function faultsOf(values: StoreSettings): Partial<Record<Name, string | null>> {
  const languages = values.additional_languages;
  const areLanguages = languages.length <= mostLanguages && languages.every(code => /^[a-z]{2}$/i.test(code));
  return {
    name: textFault({ ...schemas.StorePatch, required: ['name'] }, 'name', t.fields.name, values.name),
    additional_languages: areLanguages ? null : texts.rules.languages(mostLanguages),
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, [schema, field]]) => [
        name,
        integerFault(schema, field, t.fields[name as Name], values[name as Name]),
      ]),
    ),
  };
}

interface StoreSettingsFormProps {
  readonly settings: StoreSettings;
  readonly isReadOnly: boolean;
}

/** Edits the settings of the store; only what has changed is sent. */
export function StoreSettingsForm({ settings, isReadOnly }: StoreSettingsFormProps) {
  const queries = useQueryClient();
  const [fault, setFault] = useState<string>();
  const refusals = useRefusals();
  const element = useRef<HTMLFormElement>(null);
  const form: Form = useForm<StoreSettings>({
    initialValues: settings,
    validateInputOnBlur: true,
    validate: values => {
      const faults = faultsOf(values);
      return Object.fromEntries(
        (Object.keys(values) as Name[]).map(name => [name, faults[name] ?? refusals.faultOf(name, values[name])]),
      );
    },
  });
  const isDirty = form.isDirty();

  const save = form.onSubmit(async values => {
    setFault(undefined);
    const changed = (Object.keys(values) as Name[]).filter(name => form.isDirty(name));
    let saved = settings;
    try {
      await saveStoreSettings(Object.fromEntries(changed.map(name => [name, values[name]])), part => {
        // What one endpoint has taken stays, should the next refuse.
        saved = { ...saved, ...part };
        queries.setQueryData(storeSettingsQuery.queryKey, saved);
        form.setInitialValues(saved);
        form.setValues(part);
      });
      notifications.show({ message: texts.form.saved });
    } catch (error) {
      setFault(showFaults(form, error, t.fields, refusals));
    }
    // The store's name and its password rule are told to the other pages with the session.
    await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }, toFirstFault(form));
  const submit = useCallback(() => element.current?.requestSubmit(), []);
  useSaveShortcut(submit, isDirty && !form.submitting);

  const shared = (name: Name) => ({
    label: t.fields[name],
    ...(name in t.help && { description: t.help[name as keyof typeof t.help] }),
  });
  const number = (name: keyof typeof numbers) => {
    const [schema, field] = numbers[name];
    const { from, to } = boundsOf(schema, field);
    return (
      <NumberField
        {...shared(name)}
        {...form.getInputProps(name)}
        kind={{ places: 0, min: from, max: to }}
        readOnly={isReadOnly}
        inputContainer={input => <Box maw={160}>{input}</Box>}
      />
    );
  };
  const onOff = (name: Name) => (
    <Switch {...shared(name)} {...form.getInputProps(name, { type: 'checkbox' })} disabled={isReadOnly} />
  );

  return (
    <form ref={element} onSubmitCapture={refusals.clear} onSubmit={save} noValidate>
      <LeaveGuard isDirty={isDirty && !form.submitting} />
      {isReadOnly && (
        <Text size="sm" c="dimmed" mb="lg">
          {texts.customer.readOnly}
        </Text>
      )}
      <Group text={t.groups.store}>
        <TextInput {...shared('name')} {...form.getInputProps('name')} readOnly={isReadOnly} maxLength={255} />
      </Group>
      <Group text={t.groups.customers}>
        {onOff('is_sign_up_open')}
        {number('password_min_length')}
        {onOff('is_common_password_refused')}
      </Group>
      <Group text={t.groups.addresses}>
        <MandatoryFields form={form} isReadOnly={isReadOnly} />
      </Group>
      <Group text={t.groups.carts}>
        {number('cart_expiry_days')}
        <Select
          {...shared('calculation_method')}
          data={Object.entries(t.methods).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          disabled={isReadOnly}
          maw={320}
          {...form.getInputProps('calculation_method')}
        />
        {onOff('is_checkout_token_required')}
        {onOff('is_gateway_simulation_allowed')}
      </Group>
      <Group text={t.groups.data}>
        {number('page_length')}
        {number('logs_ttl_days')}
      </Group>
      <Group text={t.groups.stored}>
        <TagsInput
          {...shared('additional_languages')}
          disabled={isReadOnly}
          maw={320}
          {...form.getInputProps('additional_languages')}
        />
        {onOff('list_child_products')}
        {onOff('custom_discounts_enabled')}
      </Group>
      {!isReadOnly && <SaveBar isDirty={isDirty} isSaving={form.submitting} fault={fault} onDiscard={form.reset} />}
    </form>
  );
}

/** Settings that belong together, beside what they are about. */
function Group({ text: [title, help], children }: { readonly text: readonly string[]; readonly children: ReactNode }) {
  const titleId = useId();
  return (
    <section className="settings" aria-labelledby={titleId}>
      <div>
        <Title order={2} id={titleId}>
          {title}
        </Title>
        <Text size="sm" c="dimmed" mt={4}>
          {help}
        </Text>
      </div>
      <Stack>{children}</Stack>
    </section>
  );
}

/** The usual fields, or those that are chosen. */
function MandatoryFields({ form, isReadOnly }: { readonly form: Form; readonly isReadOnly: boolean }) {
  const chosen = form.values.address_mandatory_fields;
  return (
    <>
      <Switch
        label={t.help.usualFields}
        description={t.help.usualFieldsHelp}
        checked={chosen === null}
        onChange={event => form.setFieldValue('address_mandatory_fields', event.currentTarget.checked ? null : [])}
        disabled={isReadOnly}
      />
      {chosen !== null && (
        <MultiSelect
          label={t.fields.address_mandatory_fields}
          description={t.help.noneMandatory}
          data={Object.entries(texts.addresses.fields).map(([value, label]) => ({ value, label }))}
          disabled={isReadOnly}
          {...form.getInputProps('address_mandatory_fields')}
          value={[...chosen]}
        />
      )}
    </>
  );
}
