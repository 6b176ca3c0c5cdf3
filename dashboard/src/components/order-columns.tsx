import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Order } from '../../../server/src/contract.ts';
import { orderName } from '../api/orders.ts';
import { formatDay, formatMoment } from '../dates.ts';
import { texts } from '../texts.ts';
import type { Column } from './resource-table.tsx';
import { StateBadge } from './state-badge.tsx';

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

/** A state of an order, its payment or its shipping, or of a transaction, as a word with a colour. */
export function State({ value }: { readonly value: string }) {
  return <StateBadge color={colors[value] ?? 'gray'}>{t.states[value] ?? value}</StateBadge>;
}

/** The columns of orders, each of which the API sorts by but the first. */
export const orderColumns: readonly Column<Order>[] = [
  {
    key: 'order',
    title: t.columns.order,
    render: order => (
      <>
        <Link to="/orders/$orderId" params={{ orderId: order.id }} className="link tabular break">
          {orderName(order)}
        </Link>
        <Text size="xs" c="dimmed" className="break primary">
          {order.customer.name}, <span className="nowrap">{formatDay(order.meta.timestamps.created_at)}</span>
        </Text>
      </>
    ),
  },
  {
    key: 'created_at',
    title: t.columns.created,
    isSortable: true,
    isSecondary: true,
    render: ({ meta }) => (
      <time dateTime={meta.timestamps.created_at} title={formatMoment(meta.timestamps.created_at)} className="nowrap">
        {formatDay(meta.timestamps.created_at)}
      </time>
    ),
  },
  {
    key: 'status',
    title: t.columns.status,
    isSortable: true,
    isSecondary: true,
    render: ({ status }) => <State value={status} />,
  },
  { key: 'payment', title: t.columns.payment, isSortable: true, render: ({ payment }) => <State value={payment} /> },
  {
    key: 'shipping',
    title: t.columns.shipping,
    isSortable: true,
    isSecondary: true,
    render: ({ shipping }) => <State value={shipping} />,
  },
  {
    key: 'with_tax',
    title: t.columns.total,
    isSortable: true,
    isNumber: true,
    render: ({ meta }) => <span className="nowrap">{meta.display_price.with_tax.formatted}</span>,
  },
];
