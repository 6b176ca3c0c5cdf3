import { Table, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Order } from '../../../../server/src/contract.ts';
import type { WholeOrder } from '../../api/orders.ts';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts.ts';

const t = texts.order;

/** What was bought, and what it comes to. */
export function ItemsSection({ whole }: { readonly whole: UseQueryResult<WholeOrder> }) {
  return (
    <Section title={t.items} query={whole} skeleton={6}>
      {({ order, items }) => (
        <div className="plain-table">
          <Table aria-label={t.items} verticalSpacing="sm" horizontalSpacing={0}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t.item}</Table.Th>
                <Table.Th className="end secondary">{t.unitPrice}</Table.Th>
                <Table.Th className="end">{t.quantity}</Table.Th>
                <Table.Th className="end">{t.amount}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ id, name, sku, quantity, meta }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Text size="sm" fw={550} className="break">
                      {name}
                    </Text>
                    <Text size="xs" c="dimmed" className="break">
                      {sku}
                    </Text>
                  </Table.Td>
                  <Table.Td className="end tabular nowrap secondary">
                    {meta.display_price.with_tax.unit.formatted}
                  </Table.Td>
                  <Table.Td className="end tabular">{quantity.toLocaleString()}</Table.Td>
                  <Table.Td className="end tabular nowrap">{meta.display_price.with_tax.value.formatted}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Totals prices={order.meta.display_price} />
        </div>
      )}
    </Section>
  );
}

function Totals({ prices }: { readonly prices: Order['meta']['display_price'] }) {
  const lines = [
    [t.withoutTax, prices.without_tax],
    [t.tax, prices.tax],
    [t.total, prices.with_tax],
    [t.authorized, prices.authorized],
    [t.paid, prices.paid],
    [t.owed, prices.balance_owing],
  ] as const;
  // What is nothing says nothing; but of what was bought all is told.
  const shown = lines.filter(([, { amount }], place) => place < 3 || amount !== 0);
  return (
    <dl className="totals tabular">
      {shown.map(([label, { formatted }]) => (
        <div key={label} {...(label === t.total && { className: 'total' })}>
          <dt>{label}</dt>
          <dd>{formatted}</dd>
        </div>
      ))}
    </dl>
  );
}
