import { Text } from '@mantine/core';
import type { Order } from '../../../server/src/contract.ts';
import { countryName } from '../countries.ts';

/** A saved address has what that of an order has. */
type AddressOfAnyone = Order['billing_address'] & Partial<Order['shipping_address']>;

/** An address as it stands on an envelope, with phone and notes of those that have them. */
export function AddressLines({ address }: { readonly address: AddressOfAnyone }) {
  const lines = [
    [address.first_name, address.last_name].filter(Boolean).join(' '),
    address.company_name,
    address.line_1,
    address.line_2,
    [address.postcode, address.city].filter(Boolean).join(' '),
    [address.county, address.region].filter(Boolean).join(', '),
    countryName(address.country),
    address.phone_number,
    address.instructions,
  ].filter(Boolean);
  return (
    <address style={{ fontStyle: 'normal' }}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same
        <Text key={index} size="sm" c="dimmed" className="break">
          {line}
        </Text>
      ))}
    </address>
  );
}
