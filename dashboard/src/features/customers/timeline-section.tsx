import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogEntry } from '../../../../server/src/contract.ts';
import { logsPerPage, logsQuery } from '../../api/customers.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { Pager } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { countryName } from '../../countries.ts';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { formatValue } from '../../values.ts';

const t = texts.timeline;

/** Who has changed a customer, their addresses and sessions, when, and what it was before; newest first. */
export function TimelineSection({ customerId }: { readonly customerId: string }) {
  const [page, setPage] = useState(1);
  const logs = useQuery(logsQuery(customerId, page));
  // Fields are logged by their slugs: those that there still are are told by their names.
  const { data: fields = [] } = useQuery(resourceFieldsQuery('customers'));
  const ofCustomer = { ...labels.customer, ...Object.fromEntries(fields.map(({ slug, name }) => [slug, name])) };
  return (
    <Section title={t.title} query={logs}>
      {({ data, meta }) => (
        <>
          {data.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <ol className="timeline">
            {data.map(entry => (
              <li key={entry.id}>
                <Entry entry={entry} labels={entry.resource_type === 'address' ? labels.address : ofCustomer} />
              </li>
            ))}
          </ol>
          <Pager label={t.title} total={meta.results.total} page={page} size={logsPerPage} onPage={setPage} />
        </>
      )}
    </Section>
  );
}

/** The members of `initiator` that say who, as the API spells them. */
interface Initiator {
  readonly 'staff-name'?: string;
  readonly 'access-token-name'?: string;
  readonly 'customer-id'?: string;
  readonly 'client-address'?: string;
}

type Change = readonly [name: string, values: { readonly before: unknown; readonly after: unknown }];

interface EntryProps {
  readonly entry: LogEntry;
  /** What people call the members, in their order. */
  readonly labels: Readonly<Record<string, string>>;
}

function Entry({ entry: { time, event_type: type, ...entry }, labels }: EntryProps) {
  const { 'client-address': address, ...who }: Initiator = entry.initiator;
  const names = Object.keys(labels);
  const placeOf = ([name]: Change) => (name in labels ? names.indexOf(name) : names.length);
  const changes = (Object.entries(entry.delta) as Change[]).toSorted((one, other) => placeOf(one) - placeOf(other));
  const isNew = type.endsWith('.created');
  const list = (
    <dl className="changes">
      {changes.map(([name, { before, after }]) => (
        <div key={name}>
          <dt>{labels[name] ?? name}</dt>
          <dd className="break">
            {!isNew && (
              <>
                <del>{shown(name, before)}</del>
                {' → '}
              </>
            )}
            {shown(name, after)}
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <>
      <Text size="sm" className="break">
        <strong>{nameOf(who)}</strong> {t.events[type] ?? type}
      </Text>
      <Text size="xs" c="dimmed" className="break">
        <time dateTime={time}>{formatMoment(time)}</time>
        {address !== undefined && ` · ${t.from(address)}`}
      </Text>
      {changes.length > 0 &&
        (isNew ? (
          <details>
            <summary>{t.values(changes.length)}</summary>
            {list}
          </details>
        ) : (
          list
        ))}
    </>
  );
}

function nameOf({ 'staff-name': staff, 'customer-id': customer, 'access-token-name': key }: Initiator): string {
  if (staff !== undefined) return staff;
  if (customer !== undefined) return t.customer;
  return key === undefined ? t.system : t.key(key);
}

const labels = {
  customer: {
    name: texts.customer.name,
    email: texts.customer.email,
    external_ref: texts.customer.externalRef,
    tags: t.tags,
    // Of a password it is logged whether there is one.
    password: t.password,
  },
  address: texts.addresses.fields,
};

const shown = (name: string, value: unknown) =>
  name === 'country' && typeof value === 'string' ? countryName(value) : formatValue(value);
