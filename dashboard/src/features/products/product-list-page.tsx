import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Product } from '../../../../server/src/contract.ts';
import { type ProductListState, productSearches, productStates, productsQuery } from '../../api/products.ts';
import { useSession } from '../../api/staff.ts';
import { PlusIcon } from '../../components/icons.tsx';
import { useListState } from '../../components/list-state.ts';
import { type Column, ResourceTable } from '../../components/resource-table.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.products;
const noFilters = { search: '', status: '' };
const usual: ProductListState = { ...noFilters, by: 'name', sort: '', page: 1, size: 25 };

const columns: readonly Column<Product>[] = [
  {
    key: 'name',
    title: t.columns.name,
    isSortable: true,
    render: ({ id, name, sku }) => (
      <>
        <Link to="/products/$productId" params={{ productId: id }} className="link break">
          {name}
        </Link>
        <Text size="sm" c="dimmed" className="break primary">
          {sku}
        </Text>
      </>
    ),
  },
  {
    key: 'sku',
    title: t.columns.sku,
    isSortable: true,
    isSecondary: true,
    render: ({ sku }) => <span className="break">{sku}</span>,
  },
  {
    key: 'status',
    title: t.columns.status,
    isSortable: true,
    isSecondary: true,
    render: ({ status }) => t.states[status],
  },
  {
    key: 'stock',
    title: t.columns.stock,
    isNumber: true,
    isSecondary: true,
    render: ({ manage_stock, meta }) =>
      manage_stock ? (
        meta.stock.level.toLocaleString()
      ) : (
        <Text span size="sm" c="dimmed">
          {t.unlimited}
        </Text>
      ),
  },
  {
    key: 'price',
    title: t.columns.price,
    isNumber: true,
    render: ({ meta }) => <span className="nowrap">{meta.display_price?.with_tax.formatted ?? '–'}</span>,
  },
];

/** The products of the store: search, state, order and page live in the URL. */
export function ProductListPage() {
  useDocumentTitle(`${t.title} · ${texts.product}`);
  const state = { ...usual, ...useSearch({ from: '/shell/products' }) };
  const navigate = useNavigate({ from: '/products' });
  const { can } = useSession();
  const query = useQuery(productsQuery(state));
  const { total, isEmpty, change, table } = useListState({
    ...{ usual, state, query },
    go: (search, replace) => navigate({ search, replace }),
  });
  const isFiltered = state.search.trim() !== '' || state.status !== '';
  const add = can('POST /v2/products') && (
    <Button component={Link} to="/products/new" leftSection={<PlusIcon size={16} />}>
      {t.add}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t.title}</Title>
        {add}
      </Group>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" flex="1 1 auto">
          <SearchBox
            label={t.search}
            placeholder={t.searchHints[state.by]}
            value={state.search}
            onChange={search => change({ search }, true)}
          />
          <Select
            aria-label={t.searchBy}
            data={productSearches.map(value => ({ value, label: t.searches[value] }))}
            value={state.by}
            allowDeselect={false}
            w={{ base: 'calc(50% - 6px)', xs: 120 }}
            onChange={by => by && change({ by })}
          />
          <Select
            aria-label={t.columns.status}
            data={[
              { value: '', label: t.anyState },
              ...productStates.map(value => ({ value, label: t.states[value] })),
            ]}
            value={state.status}
            allowDeselect={false}
            w={{ base: 'calc(50% - 6px)', xs: 140 }}
            onChange={status => change({ status: status ?? '' })}
          />
        </Group>
        <Text size="sm" c="dimmed" role="status" className="tabular">
          {query.data === undefined || isEmpty ? '' : t.count(total)}
        </Text>
      </Group>
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : isEmpty && isFiltered ? (
        <EmptyPage title={t.noMatchTitle} help={t.noMatchHelp}>
          <Button variant="default" onClick={() => change(noFilters)}>
            {t.clear}
          </Button>
        </EmptyPage>
      ) : isEmpty ? (
        <EmptyPage title={t.emptyTitle} help={t.emptyHelp}>
          {add}
        </EmptyPage>
      ) : (
        <ResourceTable label={t.title} columns={columns} rows={query.data?.data} {...table} sort={state.sort} />
      )}
    </Stack>
  );
}
