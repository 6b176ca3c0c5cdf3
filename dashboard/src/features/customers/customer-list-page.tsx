import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Customer } from '../../../../server/src/contract.ts';
import { quoted } from '../../api/client.ts';
import { customersQuery, isSearchable } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { PlusIcon } from '../../components/icons.tsx';
import { useListState } from '../../components/list-state.ts';
import { type Column, ResourceTable } from '../../components/resource-table.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useSelection } from '../../components/selection.ts';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { formatDay, formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { BulkActions, useMayBulk } from './bulk-actions.tsx';

const t = texts.list;
const usual = { search: '', sort: '', page: 1, size: 25 };

const columns: readonly Column<Customer>[] = [
  {
    key: 'name',
    title: t.columns.name,
    isSortable: true,
    render: ({ id, name, email }) => (
      <>
        <Link to="/customers/$customerId" params={{ customerId: id }} className="link break">
          {name}
        </Link>
        <Text size="sm" c="dimmed" className="break primary">
          {email}
        </Text>
      </>
    ),
  },
  {
    key: 'email',
    title: t.columns.email,
    isSortable: true,
    isSecondary: true,
    render: ({ email }) => <span className="break">{email}</span>,
  },
  {
    key: 'account',
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
    key: 'created_at',
    title: t.columns.created,
    isSortable: true,
    render: ({ meta }) => (
      <time dateTime={meta.timestamps.created_at} title={formatMoment(meta.timestamps.created_at)} className="nowrap">
        {formatDay(meta.timestamps.created_at)}
      </time>
    ),
  },
];

/** The customers of the store: search, order and page live in the URL. */
export function CustomerListPage() {
  useDocumentTitle(`${texts.navigation.customers} · ${texts.product}`);
  const state = { ...usual, ...useSearch({ from: '/shell/customers' }) };
  const navigate = useNavigate({ from: '/customers' });
  const { can } = useSession();
  const query = useQuery(customersQuery(state));
  const { total, isEmpty, change, table } = useListState({
    ...{ usual, state, query },
    go: (search, replace) => navigate({ search, replace }),
  });

  const isSearch = isSearchable(state.search);
  const filter = isSearch ? `like(search,${quoted(state.search.trim())})` : '';
  const selection = useSelection(filter);
  const mayBulk = useMayBulk();
  const isCounted = query.data?.meta.results.more !== true;
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
          label={t.search}
          placeholder={t.searchHint}
          value={state.search}
          onChange={search => change({ search }, true)}
        />
        <Text size="sm" c="dimmed" role="status" className="tabular">
          {query.data === undefined || isEmpty
            ? ''
            : isSearch
              ? t.found(total, state.search, query.data.meta.results.more === true)
              : t.count(total)}
        </Text>
      </Group>
      {mayBulk && <BulkActions selection={selection} total={isCounted ? total : undefined} filter={filter} />}
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : isEmpty && !isSearch ? (
        <EmptyPage title={t.emptyTitle} help={t.emptyHelp}>
          {add}
        </EmptyPage>
      ) : isEmpty ? (
        <EmptyPage title={t.noMatchTitle} help={t.noMatchHelp}>
          <Button variant="default" onClick={() => change({ search: '' }, true)}>
            {t.clear}
          </Button>
        </EmptyPage>
      ) : (
        <ResourceTable
          label={texts.navigation.customers}
          columns={columns}
          rows={query.data?.data}
          {...table}
          choosing={mayBulk ? { selection, nameOf: ({ name }) => name } : undefined}
          sort={state.sort === '' && !isSearch ? '-created_at' : state.sort}
        />
      )}
    </Stack>
  );
}
