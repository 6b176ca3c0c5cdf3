import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AuditEventType, LogEntry } from '../../../server/src/contract.ts';
import { resourceFieldsQuery } from '../api/flows.ts';
import { type Doer, doerOf } from '../api/logs.ts';
import { countryName } from '../countries.ts';
import { formatMoment } from '../dates.ts';
import { texts } from '../texts.ts';
import { formatValue } from '../values.ts';

const t = texts.log;

/** What people call the members of what was changed, in their order. */
type Labels = Readonly<Record<string, string>>;

const labels: Readonly<Record<string, Labels>> = {
  customer: {
    name: texts.customer.name,
    email: texts.customer.email,
    external_ref: texts.customer.externalRef,
    tags: t.tags,
    // Of a password it is logged whether there is one.
    password: t.password,
  },
  address: texts.addresses.fields,
  note: { content: texts.notes.content },
  order: {
    customer_id: t.customerId,
    status: texts.orders.columns.status,
    payment: texts.orders.columns.payment,
    shipping: texts.orders.columns.shipping,
    authorized: t.authorized,
    paid: t.paid,
  },
  application_key: { name: texts.keys.name, client_id: texts.keys.clientId, revoked_at: t.revokedAt },
  store: texts.settings.fields,
  staff_user: {
    name: texts.staff.name,
    email: texts.staff.email,
    role: texts.staff.role,
    may_open_store: t.mayOpenStore,
  },
};

/** The labels of each type of resource. Fields are logged by their slugs: those that there still are are told by their names. */
function useLabels(type: string): Labels {
  const { data: customerFields = [] } = useQuery(resourceFieldsQuery('customers'));
  const { data: addressFields = [] } = useQuery(resourceFieldsQuery('addresses'));
  const fields = type === 'customer' ? customerFields : type === 'address' ? addressFields : [];
  return { ...labels[type], ...Object.fromEntries(fields.map(({ slug, name }) => [slug, name])) };
}

type Change = readonly [name: string, values: { readonly before?: unknown; readonly after?: unknown }];

interface LogEntriesProps {
  /** Undefined while they load. */
  readonly entries: readonly LogEntry[];
  /** How who did it is shown; their name when left out. */
  readonly who?: (doer: Doer) => ReactNode;
  /** What it was done to, where it is not told by what stands around. */
  readonly subject?: (entry: LogEntry) => ReactNode;
}

/** What was done, by whom and when, and what it was before. */
export function LogEntries({ entries, who = nameOf, subject }: LogEntriesProps) {
  return (
    <ol className="timeline">
      {entries.map(entry => {
        const doer = doerOf(entry);
        const about = subject?.(entry);
        return (
          <li key={entry.id}>
            <Text size="sm" className="break">
              <strong>{who(doer)}</strong> {t.events[entry.event_type as AuditEventType] ?? entry.event_type}
              {about && <> · {about}</>}
            </Text>
            <Text size="xs" c="dimmed" className="break">
              <time dateTime={entry.time}>{formatMoment(entry.time)}</time>
              {doer.from !== undefined && ` · ${t.from(doer.from)}`}
            </Text>
            <Changes entry={entry} />
          </li>
        );
      })}
    </ol>
  );
}

function Changes({ entry: { event_type: type, resource_type: resource, delta } }: { readonly entry: LogEntry }) {
  const known = useLabels(resource);
  const names = Object.keys(known);
  const placeOf = ([name]: Change) => (name in known ? names.indexOf(name) : names.length);
  const changes = (Object.entries(delta) as Change[]).toSorted((one, other) => placeOf(one) - placeOf(other));
  if (changes.length === 0) return null;
  const isNew = type.endsWith('.created');
  const list = (
    <dl className="changes">
      {changes.map(([name, values]) => (
        <div key={name}>
          <dt>{known[name] ?? name}</dt>
          <dd className="break">{shown(name, values, isNew)}</dd>
        </div>
      ))}
    </dl>
  );
  if (!isNew) return list;
  return (
    <details>
      <summary>{t.values(changes.length)}</summary>
      {list}
    </details>
  );
}

function shown(name: string, values: Change[1], isNew: boolean): ReactNode {
  const { before, after } = values;
  // The log forgets values with the customer.
  if (!('before' in values) && !('after' in values)) return t.forgotten;
  if (isNew) return format(name, after);
  return (
    <>
      <del>{format(name, before)}</del>
      {' → '}
      {format(name, after)}
    </>
  );
}

function format(name: string, value: unknown): string {
  if (typeof value !== 'string') return formatValue(value);
  if (name === 'country') return countryName(value);
  if (name === 'role') return texts.roles[value] ?? value;
  return name === 'revoked_at' ? formatMoment(value) : formatValue(value);
}

/** Who has done something, in words. */
export function nameOf({ kind, name = '' }: Pick<Doer, 'kind' | 'name'>): string {
  switch (kind) {
    case 'staff':
      return name;
    case 'customer':
      return t.customer;
    case 'key':
      return t.key(name);
    case 'command line':
      return t.commandLine;
    case 'system':
      return t.system;
  }
}
