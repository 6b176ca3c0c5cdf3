import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, createEntry, createField, createFlow } from './support/builders.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';

/**
 * Walking the next links while records come and go (design.md §7): whoever was there all along is met exactly once, nobody
 * twice, and in the order that was asked for.
 */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

interface Row {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** A listing under test: how its rows come and go. */
interface Walked {
  readonly path: string;
  add(value: number): Promise<Row>;
  remove(id: string): Promise<unknown>;
  /** What carries the order of a row; undefined: nothing, and it comes last. */
  keyOf(row: Row, attribute: string): string | number | undefined;
}

/** What happens between two pages: records are added with these values, and those at these places are deleted. */
const change = fc.record({
  added: fc.array(fc.nat(3), { maxLength: 3 }),
  removed: fc.array(fc.nat(30), { maxLength: 3 }),
  removesLastSeen: fc.boolean(),
});

const order = (a: number | string, b: number | string) =>
  typeof a === 'string' && typeof b === 'string'
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : a < b
      ? -1
      : +(a > b);

async function walk(listing: Walked, attribute: string, isDescending: boolean, limit: number, changes: Change[]) {
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => listing.add(index % 4)));
  const present = new Map(made.map(row => [row.id, row]));
  const stayed = new Set(present.keys());
  const remove = async (id: string | undefined) => {
    if (id === undefined || !present.delete(id)) return;
    stayed.delete(id);
    await listing.remove(id);
  };

  const seen: Row[] = [];
  let next: string | null = `${listing.path}?sort=${isDescending ? '-' : ''}${attribute}&page[limit]=${limit}`;
  for (let pages = 0; next !== null && pages < 50; pages += 1) {
    const { status, body } = await app.admin.get(next);
    expect(status).toBe(200);
    seen.push(...body.data);
    next = body.links.next === null ? null : body.links.next.slice(app.baseUrl.length);
    expect(body.meta.results.total).toBe(present.size);
    const { added = [], removed = [], removesLastSeen = false } = changes[pages] ?? {};
    if (removesLastSeen) await remove(body.data.at(-1)?.id);
    for (const place of removed) await remove([...present.keys()][place]);
    for (const value of added) {
      const row = await listing.add(value);
      present.set(row.id, row);
    }
  }
  expect(next).toBeNull();
  await Promise.all([...present.keys()].map(id => listing.remove(id)));

  const ids = seen.map(row => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...stayed].filter(id => !ids.includes(id))).toEqual([]);
  const sorted = seen.toSorted((a, b) => {
    const [left, right] = [listing.keyOf(a, attribute), listing.keyOf(b, attribute)];
    if (left === undefined || right === undefined)
      return +(left === undefined) - +(right === undefined) || order(a.id, b.id);
    return (isDescending ? -1 : 1) * order(left, right) || order(a.id, b.id);
  });
  expect(ids).toEqual(sorted.map(row => row.id));
}

type Change = { added: number[]; removed: number[]; removesLastSeen: boolean };

const timesOf = (row: Row) =>
  (row.meta as { timestamps: Record<string, string> } | undefined)?.timestamps ?? ({} as Record<string, string>);

function holdsFor(listing: () => Walked, attributes: readonly string[]) {
  test.each(
    attributes.flatMap(attribute => [
      [attribute, 'ascending'],
      [attribute, 'descending'],
    ]),
  )(
    'in the order of %s, %s',
    async (attribute, direction) => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.array(change, { maxLength: 8 }), (limit, changes) =>
          walk(listing(), attribute, direction === 'descending', limit, changes),
        ),
        { numRuns: 5 },
      );
    },
    60_000,
  );
}

describe('customers', () => {
  const names = ['Ada', 'ada', 'Öz', '🧵'.repeat(255)];
  const customers = (): Walked => ({
    path: '/v2/customers',
    add: value => createCustomer(app, { name: names[value] ?? '' }),
    remove: id => app.admin.delete(`/v2/customers/${id}`),
    keyOf: (row, attribute) =>
      attribute === 'name' || attribute === 'email'
        ? String(row[attribute]).toLowerCase()
        : (timesOf(row)[attribute] ?? row.id),
  });
  holdsFor(customers, ['created_at', 'updated_at', 'name', 'email', 'id']);
});

describe('entries, by their fields', () => {
  const values = [
    { text: 'a', number: 1.5, flag: true, day: '2021-03-04T10:00:00.123Z' },
    { text: 'B', number: -1e20, flag: false, day: '9998-03-04T10:00:00Z' },
    { text: 'x'.repeat(300), number: 1.5, flag: true, day: '0101-01-01' },
    {},
  ];
  let path: string;
  beforeAll(async () => {
    const flow = await createFlow(app);
    path = `/v2/flows/${flow.slug}/entries`;
    const types = { text: 'string', number: 'float', flag: 'boolean', day: 'date' };
    for (const [slug, field_type] of Object.entries(types)) await createField(app, flow.id, { slug, field_type });
  });
  const entries = (): Walked => ({
    path,
    add: value => createEntry(app, path.split('/')[3] ?? '', values[value]),
    remove: id => app.admin.delete(`${path}/${id}`),
    keyOf: (row, attribute) => {
      const value = row[attribute];
      if (value === null || value === undefined) return undefined;
      if (typeof value === 'boolean') return Number(value);
      if (attribute === 'day') return Date.parse(String(value));
      return typeof value === 'number' ? value : String(value).toLowerCase().slice(0, 200);
    },
  });
  holdsFor(entries, ['text', 'number', 'flag', 'day']);
});
