import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LogEntry } from '../../../../server/src/contract.ts';
import { printFilter, readFilter } from '../../../../server/src/platform/query/filter.ts';
import { type Doer, doerOf, storeLogsQuery } from '../../api/logs.ts';
import { keysQuery, staffQuery } from '../../api/settings.ts';
import { useSession } from '../../api/staff.ts';
import { namedTargetsQuery } from '../../api/targets.ts';
import type { FilterField } from '../../components/filters/criteria.ts';
import { FilterBar } from '../../components/filters/filter-bar.tsx';
import { useListState } from '../../components/list-state.ts';
import { LogEntries, nameOf } from '../../components/log-entry.tsx';
import { Permitted } from '../../components/permitted.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { Loaded } from '../../components/section.tsx';
import { EmptyPage } from '../../components/states.tsx';
import { TargetLink } from '../../components/target-link.tsx';
import { texts } from '../../texts.ts';

const t = texts.log;
const usual = { filter: '', sort: '', page: 1, size: 25 };
const none: never[] = [];

/** What was done in the store, newest first: filters and page live in the URL. */
export function LogPage() {
  useDocumentTitle(`${texts.settings.pages.log} · ${texts.product}`);
  return (
    <Permitted route="GET /v2/logs">
      <Log />
    </Permitted>
  );
}

function Log() {
  const state = { ...usual, ...useSearch({ from: '/shell/settings/log' }) };
  const navigate = useNavigate({ from: '/settings/log' });
  const query = useQuery(storeLogsQuery(state));
  const { total, isEmpty, change, table } = useListState({
    ...{ usual, state, query },
    go: (search, replace) => navigate({ search, replace }),
  });
  const entries = query.data?.data ?? none;
  const people = usePeople(entries);
  const subjectOf = useSubjects(entries, people);
  const who = (doer: Doer) => {
    const name = nameOf(doer);
    if (doer.id === undefined) return name;
    const filter = printFilter([{ operator: 'eq', attribute: 'initiator_id', values: [idValue(doer.id)] }]);
    return (
      <Link to="/settings/log" search={{ filter }} className="link" title={t.onlyBy(name)}>
        {name}
      </Link>
    );
  };
  return (
    <>
      <Text size="sm" c="dimmed" maw={620}>
        {t.help}
      </Text>
      <Group justify="space-between" gap="sm">
        <FilterBar
          fields={filtersOf(people)}
          clauses={readFilter(state.filter)}
          onChange={clauses => change({ filter: printFilter(clauses) })}
        />
        <Text size="sm" c="dimmed" role="status" className="tabular">
          {query.data === undefined || isEmpty ? '' : t.count(total)}
        </Text>
      </Group>
      <Loaded query={query} skeleton={8}>
        {() =>
          isEmpty ? (
            <Empty isNarrowed={state.filter !== ''} onClear={() => change({ filter: '' })} />
          ) : (
            <Stack gap={0}>
              <Paper withBorder p="lg" className={table.isStale ? 'stale' : ''}>
                <LogEntries entries={entries} who={who} subject={subjectOf} />
              </Paper>
              <Pager label={texts.settings.pages.log} {...table} />
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}

const idValue = (id: string) => ({ text: id, segments: [id], quoted: false });

function Empty({ isNarrowed, onClear }: { readonly isNarrowed: boolean; readonly onClear: () => void }) {
  if (!isNarrowed) return <EmptyPage title={t.emptyTitle} help={t.emptyHelp} />;
  return (
    <EmptyPage title={t.noMatchTitle} help={t.noMatchHelp}>
      <Button variant="default" onClick={onClear}>
        {texts.filters.clear}
      </Button>
    </EmptyPage>
  );
}

type People = ReadonlyMap<string, Pick<Doer, 'kind' | 'name'>>;

/** Staff and keys, for those who may see them, and whoever has done what the page shows, by id. */
function usePeople(entries: readonly LogEntry[]): People {
  const { can } = useSession();
  const { data: staff = none } = useQuery({ ...staffQuery, enabled: can('GET /staff/users') });
  const { data: keys = none } = useQuery({ ...keysQuery, enabled: can('GET /staff/keys') });
  return new Map<string, Pick<Doer, 'kind' | 'name'>>([
    ...entries.map(doerOf).flatMap(doer => (doer.id === undefined ? [] : [[doer.id, doer] as const])),
    ...staff.map(({ id, name }) => [id, { kind: 'staff', name }] as const),
    ...keys.map(({ id, name }) => [id, { kind: 'key', name }] as const),
  ]);
}

/** What the log can be narrowed down by. */
const filtersOf = (people: People): readonly FilterField[] => [
  { name: 'time', label: t.filters.time, kind: 'date' },
  {
    ...{ name: 'event_type', label: t.filters.what, kind: 'choice' },
    options: Object.entries(t.events).map(([value, label]) => ({ value, label })),
  },
  {
    ...{ name: 'initiator_id', label: t.filters.who, kind: 'choice' },
    options: [...people].map(([value, doer]) => ({ value, label: nameOf(doer) })),
  },
];

/** The id of the customer that an entry is about, or whose address it is. */
const customerIdOf = ({ relationships }: LogEntry) =>
  /\/v2\/customers\/([^/]+)/.exec(relationships.resource_path.url)?.[1];

/** What entries are about, where they do not say it themselves: a way there, or the name. */
function useSubjects(entries: readonly LogEntry[], people: People) {
  const ids = [...new Set(entries.flatMap(entry => customerIdOf(entry) ?? []))];
  const named = useQuery(namedTargetsQuery('customer', ids));
  const customers = new Map(named.data?.map(customer => [customer.id, customer]));
  return function subjectOf(entry: LogEntry): ReactNode {
    if (entry.resource_type === 'order') return <TargetLink type="order" id={entry.resource_id} label={t.openOrder} />;
    const id = customerIdOf(entry);
    if (id === undefined) return people.get(entry.resource_id)?.name;
    const customer = customers.get(id);
    if (customer !== undefined) return <TargetLink {...customer} />;
    const isGone = named.isSuccess && !named.isPlaceholderData && entry.event_type !== 'customer.deleted';
    return isGone ? t.gone : null;
  };
}
