import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { SavedView } from '../../../../server/src/contract.ts';
import { printFilter, readFilter } from '../../../../server/src/platform/query/filter.ts';
import { customerTagsQuery } from '../../api/bulk.ts';
import { customersQuery, isSearchable, wholeFilter } from '../../api/customers.ts';
import { relationshipFieldsQuery, resourceFieldsQuery } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { ColumnMenu } from '../../components/column-menu.tsx';
import { FilterBar } from '../../components/filters/filter-bar.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { useListState } from '../../components/list-state.ts';
import { ResourceTable } from '../../components/resource-table.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useSelection } from '../../components/selection.ts';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { BulkActions, useMayBulk } from './bulk-actions.tsx';
import { customerColumns, usualColumns } from './customer-columns.tsx';
import { customerFilters } from './customer-filters.ts';
import { ExportButton } from './export-button.tsx';
import { ViewsMenu } from './views-menu.tsx';

const t = texts.list;
const nothingAsked = { search: '', filter: '' };
const none: never[] = [];
const usual = { ...nothingAsked, columns: usualColumns.join(), view: '', sort: '', page: 1, size: 25 };

/** The customers of the store: search, filters, columns, order and page live in the URL. */
export function CustomerListPage() {
  useDocumentTitle(`${texts.navigation.customers} · ${texts.product}`);
  const state = { ...usual, ...useSearch({ from: '/shell/customers' }) };
  const { search, filter, sort, view } = state;
  const navigate = useNavigate({ from: '/customers' });
  const { can, store } = useSession();
  const { data: fields = none } = useQuery(resourceFieldsQuery('customers'));
  const { data: relationships = none } = useQuery(relationshipFieldsQuery('customers'));
  const { data: tags = none } = useQuery(customerTagsQuery('', 100));
  const query = useQuery(customersQuery(state));
  const { total, isEmpty, change, table } = useListState({
    ...{ usual, state, query },
    go: (next, replace) => navigate({ search: next, replace }),
  });

  const isSearch = isSearchable(search);
  const isNarrowed = isSearch || filter !== '';
  const narrowedBy = wholeFilter(state);
  const selection = useSelection(narrowedBy);
  const mayBulk = useMayBulk();
  const isCounted = query.data?.meta.results.more !== true;
  const filters = useMemo(() => customerFilters(fields, relationships, tags), [fields, relationships, tags]);
  const columns = useMemo(() => customerColumns(fields, isSearch ? search : ''), [fields, search, isSearch]);
  const shown = state.columns.split(',');
  const clauses = readFilter(filter);
  const openView = (opened: SavedView | undefined) =>
    change({
      ...{ ...nothingAsked, sort: '', columns: usual.columns },
      ...(opened ? { ...opened.state, view: opened.id } : { view: '' }),
    });
  const add = can('POST /v2/customers') && (
    <Button component={Link} to="/customers/new" leftSection={<PlusIcon size={16} />}>
      {t.add}
    </Button>
  );

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{texts.navigation.customers}</Title>
        {add}
      </Group>
      <Group justify="space-between" gap="sm">
        <SearchBox
          {...{ label: t.search, placeholder: t.searchHint }}
          value={search}
          onChange={text => change({ search: text }, true)}
        />
        <Group gap="sm" className="toolbar">
          {store && (
            <ViewsMenu
              storeId={store.id}
              state={{
                ...(search !== '' && { search }),
                ...(filter !== '' && { filter }),
                ...(sort !== '' && { sort }),
                ...(state.columns !== usual.columns && { columns: state.columns }),
              }}
              viewId={view}
              onOpen={openView}
            />
          )}
          <ColumnMenu
            columns={columns.slice(1)}
            shown={shown}
            onChange={chosen => change({ columns: chosen.join() || 'name' })}
          />
          {can('POST /v2/jobs') && <ExportButton filter={narrowedBy} isDisabled={total === 0} />}
        </Group>
      </Group>
      <Group justify="space-between" gap="sm">
        <FilterBar fields={filters} clauses={clauses} onChange={next => change({ filter: printFilter(next) })} />
        <Text size="sm" c="dimmed" role="status" className="tabular">
          {query.data === undefined || isEmpty
            ? ''
            : isSearch
              ? t.found(total, search, query.data.meta.results.more === true)
              : t.count(total)}
        </Text>
      </Group>
      {mayBulk && <BulkActions selection={selection} total={isCounted ? total : undefined} filter={narrowedBy} />}
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : isEmpty && !isNarrowed ? (
        <EmptyPage title={t.emptyTitle} help={t.emptyHelp}>
          {add}
        </EmptyPage>
      ) : isEmpty ? (
        <EmptyPage title={t.noMatchTitle} help={isSearch ? t.noMatchHelp : t.noFilterMatchHelp}>
          <Button variant="default" onClick={() => change(nothingAsked)}>
            {filter === '' ? t.clear : t.clearAll}
          </Button>
        </EmptyPage>
      ) : (
        <ResourceTable
          label={texts.navigation.customers}
          columns={columns.filter(({ key }) => key === 'name' || shown.includes(key))}
          rows={query.data?.data}
          {...table}
          choosing={mayBulk ? { selection, nameOf: ({ name }) => name } : undefined}
          sort={sort === '' && !isSearch ? '-created_at' : sort}
        />
      )}
    </Stack>
  );
}
