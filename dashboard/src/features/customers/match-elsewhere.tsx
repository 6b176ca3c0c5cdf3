import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Address, Field, ListedCustomer } from '../../../../server/src/contract.ts';
import { foldForSearch } from '../../../../server/src/platform/text/fold-for-search.ts';
import { addressesQuery } from '../../api/customers.ts';
import { foundOrderQuery } from '../../api/orders.ts';
import { findMatches, Highlight } from '../../components/highlight.tsx';
import { texts } from '../../texts.ts';

interface MatchElsewhereProps {
  readonly customer: ListedCustomer;
  readonly fields: readonly Field[];
  readonly search: string;
}

/** The texts of an address that a search looks at. */
const textsOf = (address: Address): readonly string[] => [
  `${address.first_name} ${address.last_name}`.trim(),
  ...[address.company_name, address.line_1, address.line_2, address.postcode, address.phone_number],
];

/** What of a customer a search has found where the row does not show it: a field, an address or an order. */
export function MatchElsewhere({ customer, fields, search }: MatchElsewhereProps) {
  const values = customer as Record<string, unknown>;
  const isIn = (word: string, text: string | undefined) => findMatches(text ?? '', word).length > 0;
  const missing = foldForSearch(search)
    .split(' ')
    .filter(word => word !== '' && !isIn(word, customer.name) && !isIn(word, customer.email));
  const isFound = (text: string | undefined) => text !== undefined && missing.some(word => isIn(word, text));
  const field = fields.find(({ searchable, slug }) => searchable === true && isFound(String(values[slug] ?? '')));
  const isSought = missing.length > 0 && field === undefined;
  const addresses = useQuery({ ...addressesQuery(customer.id), enabled: isSought });
  const found = addresses.data?.flatMap(textsOf).filter(isFound) ?? [];
  const [word = ''] = missing;
  const isInOrders = isSought && addresses.isSuccess && found.length === 0;
  const order = useQuery({ ...foundOrderQuery(customer.id, word), enabled: isInOrders });

  const text =
    field !== undefined
      ? `${field.name}: ${values[field.slug]}`
      : found.length > 0
        ? [...new Set(found)].join(', ')
        : order.data
          ? texts.order.title(order.data.order_number ?? '')
          : undefined;
  if (missing.length === 0 || text === undefined) return null;
  return (
    <Text size="sm" c="dimmed" className="break">
      <Highlight text={text} search={search} />
    </Text>
  );
}
