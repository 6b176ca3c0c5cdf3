import schemas from 'virtual:schemas';
import { Autocomplete, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Address, Field } from '../../../../server/src/contract.ts';
import { api, type Tagged } from '../../api/client.ts';
import { mandatoryAddressFieldsQuery } from '../../api/settings.ts';
import { FieldInputs, fieldFaultsOf, fieldLabelsOf, fieldValuesOf } from '../../components/custom-fields.tsx';
import { type FieldValue, toFieldValue } from '../../components/field-input.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useGuardedSave } from '../../components/guarded-save.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { countryName, listCountries } from '../../countries.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.addresses;
type AddressField = keyof typeof t.fields;
type Values = Record<string, FieldValue>;
const fieldNames = Object.keys(t.fields) as AddressField[];

/** What the form shows of an address: its country by name. */
const valuesOf = (address: Address | undefined, fields: readonly Field[]): Values => ({
  ...Object.fromEntries(fieldNames.map(name => [name, address?.[name] ?? ''])),
  country: countryName(address?.country ?? ''),
  ...fieldValuesOf(address, fields),
});

interface AddressFormProps {
  /** Undefined for a new one. */
  readonly address?: Tagged<Address>;
  /** What the store has given addresses beside that. */
  readonly fields: readonly Field[];
  /** Where the addresses of the customer are. */
  readonly base: string;
  readonly onSaved: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Adds or edits an address, in a dialog. */
export function AddressForm({ address, fields, base, onSaved, onClose }: AddressFormProps) {
  const countries = useMemo(listCountries, []);
  const schema = address === undefined ? schemas.NewAddress : schemas.AddressPatch;
  const refusals = useRefusals();
  const form = useForm<Values>({
    initialValues: valuesOf(address?.data, fields),
    validateInputOnBlur: true,
    validate: values => ({
      ...Object.fromEntries(
        fieldNames.map(name => [
          name,
          textFault(schema, name, t.fields[name], String(values[name])) ?? refusals.faultOf(name, values[name]),
        ]),
      ),
      ...fieldFaultsOf(fields, values, refusals),
    }),
  });
  const labels = { ...t.fields, ...fieldLabelsOf(fields) };
  /** A country by its name or its code, however it is written. */
  const countryOf = (text: string) => {
    const asked = text.trim().toLowerCase();
    return countries.find(({ value, label }) => value.toLowerCase() === asked || label.toLowerCase() === asked);
  };
  const codeOf = (text: string) => countryOf(text)?.value ?? text.trim();
  const toBody = (values: Values, names: readonly string[]) => {
    const custom = Object.fromEntries(fields.map(({ slug }) => [slug, toFieldValue(values[slug] ?? '')]));
    const told = Object.entries({ ...values, country: codeOf(String(values.country)), ...custom });
    return { type: 'address', ...Object.fromEntries(told.filter(([name]) => names.includes(name))) };
  };
  const url = `${base}/${address?.data.id}`;
  const guarded = useGuardedSave({
    fields,
    form,
    current: address,
    labels,
    valuesOf: current => valuesOf(current, fields),
    read: () => api.getTagged<Address>(url),
    write: (values, changed, tag) => api.putTagged<Address>(url, toBody(values, changed), tag),
  });
  const save = async (values: Values) => {
    const saved = await (address === undefined
      ? api.postTagged<Address>(base, toBody(values, Object.keys(labels)))
      : guarded.save(values));
    if (saved === undefined) return false;
    notifications.show({ message: t.saved });
    await onSaved();
    return true;
  };

  const country = String(form.values.country);
  const isKnown = country.trim() === '' || countryOf(country) !== undefined;
  const { data: mandatory } = useQuery(mandatoryAddressFieldsQuery);
  const labelled = (name: AddressField) => ({
    label: t.fields[name],
    ...form.getInputProps(name),
    // Of county and region one is enough, unless the store says otherwise.
    ...(mandatory?.isUsual && name === 'county' ? { description: t.countyHelp } : {}),
    withAsterisk: mandatory?.names.has(name) === true && !(mandatory.isUsual && name === 'county'),
  });
  const input = (name: AddressField) => <TextInput {...labelled(name)} />;
  return (
    <>
      <FormDialog
        title={address === undefined ? t.new : t.edit}
        size="lg"
        closeOnEscape={!guarded.dialog}
        {...{ form, labels, refusals, onSave: save, onClose }}
      >
        <TextInput {...labelled('name')} data-autofocus />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {input('first_name')}
          {input('last_name')}
          {input('company_name')}
          {input('phone_number')}
        </SimpleGrid>
        {input('line_1')}
        {input('line_2')}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {input('city')}
          {input('postcode')}
          {input('county')}
          {input('region')}
        </SimpleGrid>
        <Autocomplete
          {...labelled('country')}
          description={isKnown ? t.countryHelp : t.countryUnknown}
          data={countries.map(({ label }) => label)}
          limit={8}
        />
        <Textarea {...labelled('instructions')} autosize minRows={2} />
        <FieldInputs {...{ fields, form }} />
      </FormDialog>
      {guarded.dialog}
    </>
  );
}
