import schemas from 'virtual:schemas';
import { Autocomplete, Button, Group, Modal, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Address } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { addressesQuery } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { AddressLines } from '../../components/address-lines.tsx';
import { DialogActions } from '../../components/dialog-actions.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { InPlaceButtons, InPlaceDialogs, useInPlace } from '../../components/in-place.tsx';
import { showFaults, useRefusals } from '../../components/resource-form.tsx';
import { Section } from '../../components/section.tsx';
import { countryName, listCountries } from '../../countries.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.addresses;
type AddressField = keyof typeof t.fields;
const fieldNames = Object.keys(t.fields) as AddressField[];

/** The saved addresses of a customer, added and edited in place. */
export function AddressesSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const addresses = useQuery(addressesQuery(customerId));
  const inPlace = useInPlace<Address>();
  const canWrite = can('PUT /v2/customers/:customerId/addresses/:addressId');
  const refresh = () => queries.invalidateQueries({ queryKey: addressesQuery(customerId).queryKey });
  const base = `/v2/customers/${customerId}/addresses`;
  return (
    <Section
      title={t.title}
      query={addresses}
      actions={
        canWrite && (
          <Button variant="default" size="xs" leftSection={<PlusIcon size={14} />} onClick={() => inPlace.edit('new')}>
            {t.add}
          </Button>
        )
      }
    >
      {list => (
        <>
          {list.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <ul className="addresses">
            {list.map(address => (
              <li key={address.id} className="address">
                <AddressCard address={address}>
                  {canWrite && (
                    <InPlaceButtons
                      inPlace={inPlace}
                      thing={address}
                      editLabel={`${t.edit}: ${titleOf(address)}`}
                      deleteLabel={`${t.delete}: ${titleOf(address)}`}
                    />
                  )}
                </AddressCard>
              </li>
            ))}
          </ul>
          <InPlaceDialogs
            inPlace={inPlace}
            base={base}
            texts={t}
            show={thing => <AddressLines address={thing} />}
            form={({ thing }, onClose) => (
              <AddressForm {...(thing && { address: thing })} base={base} onClose={onClose} onSaved={refresh} />
            )}
            onDeleted={refresh}
          />
        </>
      )}
    </Section>
  );
}

const titleOf = ({ name, line_1: line }: Address) => name || line || t.unnamed;

function AddressCard({ address, children }: { readonly address: Address; readonly children: React.ReactNode }) {
  return (
    <>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="sm" fw={600} className="break">
          {titleOf(address)}
        </Text>
        <Group gap={2} wrap="nowrap">
          {children}
        </Group>
      </Group>
      <AddressLines address={address} />
    </>
  );
}

interface AddressFormProps {
  /** Undefined for a new one. */
  readonly address?: Address;
  readonly base: string;
  readonly onClose: () => void;
  readonly onSaved: () => Promise<unknown>;
}

function AddressForm({ address, base, onClose, onSaved }: AddressFormProps) {
  const countries = useMemo(listCountries, []);
  const [fault, setFault] = useState<string>();
  const schema = address === undefined ? schemas.NewAddress : schemas.AddressPatch;
  const refusals = useRefusals();
  const form = useForm<Record<AddressField, string>>({
    initialValues: Object.fromEntries(
      fieldNames.map(name => [
        name,
        name === 'country' ? countryName(address?.country ?? '') : (address?.[name] ?? ''),
      ]),
    ) as Record<AddressField, string>,
    validateInputOnBlur: true,
    validate: values =>
      Object.fromEntries(
        fieldNames.map(name => [
          name,
          textFault(schema, name, t.fields[name], values[name]) ?? refusals.faultOf(name, values[name]),
        ]),
      ),
  });
  /** A country by its name is told by its code. */
  const codeOf = (text: string) =>
    countries.find(({ label }) => label.toLowerCase() === text.trim().toLowerCase())?.value ?? text.trim();

  const save = form.onSubmit(async values => {
    setFault(undefined);
    const body = { type: 'address', ...values, country: codeOf(values.country) };
    try {
      await (address === undefined ? api.post(base, body) : api.put(`${base}/${address.id}`, body));
      notifications.show({ message: t.saved });
      await onSaved();
      onClose();
    } catch (error) {
      setFault(showFaults(form, error, t.fields, refusals));
    }
  });

  const input = (name: AddressField) => <TextInput label={t.fields[name]} {...form.getInputProps(name)} />;
  return (
    <Modal
      opened
      onClose={onClose}
      title={address === undefined ? t.new : t.edit}
      size="lg"
      closeOnClickOutside={!form.isDirty()}
      closeButtonProps={{ 'aria-label': texts.form.cancel }}
    >
      <form onSubmitCapture={refusals.clear} onSubmit={save} noValidate>
        <Stack>
          {input('name')}
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
            label={t.fields.country}
            description={t.countryHelp}
            data={countries.map(({ label }) => label)}
            limit={8}
            {...form.getInputProps('country')}
          />
          <Textarea label={t.fields.instructions} autosize minRows={2} {...form.getInputProps('instructions')} />
          <DialogActions fault={fault} onClose={onClose}>
            <Button type="submit" disabled={!form.isDirty()} loading={form.submitting}>
              {texts.form.save}
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}
