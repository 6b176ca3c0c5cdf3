import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order } from '../../../../server/src/contract.ts';
import { ordersPerPage, ordersQuery } from '../../api/customers.ts';
import { type Column, ResourceTable } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { formatDay } from '../../dates.ts';
import { texts } from '../../texts.ts';

const t = texts.orders;
const colors: Record<string, string> = {
  complete: 'teal',
  paid: 'teal',
  fulfilled: 'teal',
  processing: 'indigo',
  authorized: 'indigo',
  cancelled: 'red',
  refunded: 'red',
};

function State({ value }: { readonly value: string }) {
  return (
    <Badge variant="default" radius="sm" fw={500} tt="none" leftSection={<Dot color={colors[value] ?? 'gray'} />}>
      {t.states[value] ?? value}
    </Badge>
  );
}

const Dot = ({ color }: { readonly color: string }) => (
  <span className="dot" style={{ background: `var(--mantine-color-${color}-6)` }} />
);

const columns: readonly Column<Order>[] = [
  {
    key: 'order',
    title: t.columns.order,
    render: ({ id, order_number: number }) => <span className="tabular">{number ?? `…${id.slice(-8)}`}</span>,
  },
  {
    key: 'created',
    title: t.columns.created,
    render: ({ meta }) => <span className="nowrap">{formatDay(meta.timestamps.created_at)}</span>,
  },
  { key: 'status', title: t.columns.status, isSecondary: true, render: ({ status }) => <State value={status} /> },
  { key: 'payment', title: t.columns.payment, render: ({ payment }) => <State value={payment} /> },
  {
    key: 'shipping',
    title: t.columns.shipping,
    isSecondary: true,
    render: ({ shipping }) => <State value={shipping} />,
  },
  {
    key: 'total',
    title: t.columns.total,
    isNumber: true,
    render: ({ meta }) => <span className="nowrap">{meta.display_price.with_tax.formatted}</span>,
  },
];

/** What a customer has bought, newest first. */
export function OrdersSection({ customerId }: { readonly customerId: string }) {
  const [page, setPage] = useState(1);
  const orders = useQuery(ordersQuery(customerId, page));
  return (
    <Section title={t.title} query={orders}>
      {({ data, meta }) =>
        meta.results.total === 0 ? (
          <Text size="sm" c="dimmed">
            {t.none}
          </Text>
        ) : (
          <ResourceTable
            label={t.title}
            columns={columns}
            rows={data}
            total={meta.results.total}
            page={page}
            size={ordersPerPage}
            isStale={orders.isPlaceholderData}
            onPage={setPage}
          />
        )
      }
    </Section>
  );
}
