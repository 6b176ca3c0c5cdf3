import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Order } from '../../../../server/src/contract.ts';
import { orderFilters, orderStates, ordersQuery } from '../../api/orders.ts';
import { useListState } from '../../components/list-state.ts';
import { orderColumns } from '../../components/order-columns.tsx';
import { type Column, ResourceTable } from '../../components/resource-table.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.orders;
const noFilters = { search: '', status: '', payment: '', shipping: '' };
const usual = { ...noFilters, sort: '', page: 1, size: 25 };

const customerColumn: Column<Order> = {
  key: 'customer',
  title: t.columns.customer,
  isSecondary: true,
  render: ({ customer, relationships }) => {
    const id = relationships.customer?.data.id;
    return id === undefined ? (
      <span className="break">{customer.name}</span>
    ) : (
      <Link to="/customers/$customerId" params={{ customerId: id }} className="link break">
        {customer.name}
      </Link>
    );
  },
};
const columns = orderColumns.toSpliced(1, 0, customerColumn);

/** The orders of the store: filters, order and page live in the URL. */
export function OrderListPage() {
  useDocumentTitle(`${texts.navigation.orders} · ${texts.product}`);
  const state = { ...usual, ...useSearch({ from: '/shell/orders' }) };
  const navigate = useNavigate({ from: '/orders' });
  const query = useQuery(ordersQuery(state));
  const { total, isEmpty, change, table } = useListState({
    ...{ usual, state, query },
    go: (search, replace) => navigate({ search, replace }),
  });
  const isFiltered = state.search !== '' || orderFilters.some(name => state[name] !== '');

  return (
    <Stack gap="md">
      <Title order={1}>{texts.navigation.orders}</Title>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" flex="1 1 auto">
          <SearchBox
            label={t.search}
            placeholder={t.searchHint}
            value={state.search}
            onChange={search => change({ search: search.trim() }, true)}
          />
          {orderFilters.map(name => (
            <Select
              key={name}
              aria-label={t.columns[name]}
              data={[
                { value: '', label: t.any[name] },
                ...orderStates[name].map(value => ({ value, label: t.states[value] ?? value })),
              ]}
              value={state[name]}
              allowDeselect={false}
              w={{ base: 'calc(50% - 6px)', xs: 180 }}
              onChange={value => change({ [name]: value ?? '' })}
            />
          ))}
          {isFiltered && (
            <Button variant="default" onClick={() => change(noFilters)}>
              {t.clear}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed" role="status" className="tabular">
          {query.data === undefined || isEmpty ? '' : t.count(total)}
        </Text>
      </Group>
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : isEmpty ? (
        <EmptyPage title={isFiltered ? t.noMatchTitle : t.emptyTitle} help={isFiltered ? t.noMatchHelp : t.emptyHelp} />
      ) : (
        <ResourceTable
          label={texts.navigation.orders}
          columns={columns}
          rows={query.data?.data}
          {...table}
          sort={state.sort === '' ? '-created_at' : state.sort}
        />
      )}
    </Stack>
  );
}
