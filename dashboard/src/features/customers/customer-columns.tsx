import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Field, ListedCustomer } from '../../../../server/src/contract.ts';
import { Highlight } from '../../components/highlight.tsx';
import type { Column } from '../../components/resource-table.tsx';
import { formatDay, formatIsoDay, formatMoment, isIsoDay, timeOfDate } from '../../dates.ts';
import { formatNumber } from '../../numbers.ts';
import { texts } from '../../texts.ts';
import { attributeOf } from './customer-filters.ts';
import { MatchElsewhere } from './match-elsewhere.tsx';

const t = texts.list;

/** The columns that are shown unless others are chosen, beside the name, which always is. */
export const usualColumns = ['email', 'password', 'order_count', 'created_at'];

const nothing = (
  <Text span size="sm" c="dimmed">
    –
  </Text>
);

const Day = ({ time }: { readonly time: string }) => (
  <time dateTime={time} title={formatMoment(time)} className="nowrap">
    {formatDay(time)}
  </time>
);

/** A value of a field, by its type. */
function Value({ field, value, search }: { readonly field: Field; readonly value: unknown; readonly search: string }) {
  if (value === undefined || value === null || value === '') return nothing;
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value === 'number') return formatNumber(value);
  if (field.field_type === 'date' && isIsoDay(String(value)))
    return <span className="nowrap">{formatIsoDay(String(value))}</span>;
  if (field.field_type === 'date') return <Day time={timeOfDate(String(value))} />;
  return (
    <span className="break">
      <Highlight text={String(value)} search={field.searchable ? search : ''} />
    </span>
  );
}

/** All columns of customers, those of the store's fields last. What a search has found in them is marked. */
export function customerColumns(fields: readonly Field[], search: string): readonly Column<ListedCustomer>[] {
  return [
    {
      key: 'name',
      title: t.columns.name,
      isSortable: true,
      render: customer => (
        <>
          <Link to="/customers/$customerId" params={{ customerId: customer.id }} className="link break">
            <Highlight text={customer.name} search={search} />
          </Link>
          <Text size="sm" c="dimmed" className="break primary">
            <Highlight text={customer.email} search={search} />
          </Text>
          {search !== '' && <MatchElsewhere customer={customer} fields={fields} search={search} />}
        </>
      ),
    },
    {
      key: 'email',
      title: t.columns.email,
      isSortable: true,
      isSecondary: true,
      render: ({ email }) => (
        <span className="break">
          <Highlight text={email} search={search} />
        </span>
      ),
    },
    {
      key: 'password',
      title: t.columns.account,
      isSecondary: true,
      render: ({ password }) =>
        password ? (
          t.active
        ) : (
          <Text span size="sm" c="dimmed">
            {t.inactive}
          </Text>
        ),
    },
    {
      key: 'order_count',
      isSortable: true,
      title: t.columns.orders,
      isNumber: true,
      isSecondary: true,
      render: ({ meta }) => meta.order_count.toLocaleString(),
    },
    {
      key: 'created_at',
      title: t.columns.created,
      isSortable: true,
      render: ({ meta }) => <Day time={meta.timestamps.created_at} />,
    },
    {
      key: 'updated_at',
      title: t.columns.updated,
      isSortable: true,
      isSecondary: true,
      render: ({ meta }) => <Day time={meta.timestamps.updated_at} />,
    },
    {
      key: 'external_ref',
      title: texts.customer.externalRef,
      isSecondary: true,
      render: ({ external_ref: reference }) =>
        reference === undefined ? nothing : <span className="break">{reference}</span>,
    },
    {
      key: 'tags',
      title: texts.tags.title,
      isSecondary: true,
      render: ({ tags = [] }) => (tags.length === 0 ? nothing : <span className="break">{tags.join(', ')}</span>),
    },
    ...fields.map(field => ({
      key: attributeOf(field),
      title: field.name,
      isSortable: true,
      isSecondary: true,
      isNumber: field.field_type === 'integer' || field.field_type === 'float',
      render: (customer: ListedCustomer) => (
        <Value field={field} value={(customer as Record<string, unknown>)[field.slug]} search={search} />
      ),
    })),
  ];
}
