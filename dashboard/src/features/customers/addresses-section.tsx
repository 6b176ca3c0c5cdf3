import { Box, Group, Modal, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Address } from '../../../../server/src/contract.ts';
import { addressesQuery, addressQuery, refreshCustomer } from '../../api/customers.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { AddressLines } from '../../components/address-lines.tsx';
import { FieldFacts } from '../../components/custom-fields.tsx';
import { InPlaceSection, useInPlace } from '../../components/in-place.tsx';
import { ErrorState } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { AddressForm } from './address-form.tsx';

const t = texts.addresses;

/** The saved addresses of a customer, added and edited in place. */
export function AddressesSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const inPlace = useInPlace<Address>();
  const chosen = inPlace.edited === 'new' ? undefined : (inPlace.edited ?? inPlace.deleted);
  const state = useQuery({ ...addressQuery(customerId, chosen?.id ?? ''), enabled: chosen !== undefined });
  const refresh = () => refreshCustomer(queries, customerId, 'addresses');
  const base = `/v2/customers/${customerId}/addresses`;
  const fields = useQuery(resourceFieldsQuery('addresses'));
  return (
    <InPlaceSection
      texts={t}
      query={useQuery(addressesQuery(customerId))}
      thingsOf={list => list}
      inPlace={inPlace}
      state={state}
      base={base}
      canWrite={can('PUT /v2/customers/:customerId/addresses/:addressId')}
      className="addresses"
      nameOf={titleOf}
      item={(address, buttons) => (
        <>
          <Group justify="space-between" wrap="nowrap" mb={4}>
            <Text size="sm" fw={600} className="break">
              {titleOf(address)}
            </Text>
            <Group gap={2} wrap="nowrap">
              {buttons}
            </Group>
          </Group>
          <AddressLines address={address} />
          <SetFields address={address} />
        </>
      )}
      show={address => <AddressLines address={address} />}
      form={({ thing }, onClose) => {
        const shared = { base, onSaved: refresh, onClose };
        const missing = thing === undefined ? [fields] : [fields, state];
        const failed = missing.find(({ isError }) => isError);
        if (fields.data !== undefined && (thing === undefined || state.data !== undefined))
          return <AddressForm {...shared} fields={fields.data} {...(thing && state.data && { address: state.data })} />;
        return (
          <Modal opened={failed !== undefined} onClose={onClose} title={t.edit}>
            <ErrorState error={failed?.error} />
          </Modal>
        );
      }}
      onDeleted={refresh}
    />
  );
}

/** Those fields of the store that an address has a value of. */
function SetFields({ address }: { readonly address: Address }) {
  const { data: fields = [] } = useQuery(resourceFieldsQuery('addresses'));
  const values = address as Readonly<Record<string, unknown>>;
  const set = fields.filter(({ slug }) => values[slug] !== null && values[slug] !== undefined && values[slug] !== '');
  return set.length === 0 ? null : (
    <Box mt={6}>
      <FieldFacts fields={set} resource={address} />
    </Box>
  );
}

const titleOf = ({ name, line_1: line }: Address) => name || line || t.unnamed;
