import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { customerListing } from '../../src/modules/customers/customers.list.ts';
import { customAttributes } from '../../src/modules/flows/custom-fields.list.ts';
import type { FieldRow } from '../../src/modules/flows/fields.store.ts';
import { resourceRows } from '../../src/modules/flows/resource-rows.store.ts';
import { searchRanking } from '../../src/modules/search/customer-search.list.ts';
import { parseSearch } from '../../src/modules/search/search-query.ts';
import { StoreDb } from '../../src/platform/db/database.ts';
import type { Listing, MoreAttributes } from '../../src/platform/db/listing.ts';
import { ApiError } from '../../src/platform/errors.ts';
import { parseFilter } from '../../src/platform/query/filter-parameter.ts';
import type { AnyStatement } from './plans.ts';

type AnyListing = Listing<{ id: string }, string>;

/** Operands of every kind; an attribute takes at least one of them. */
const operands = ['018f0000-0000-7000-8000-000000000000', '2021-03-04', '1', 'true', 'Ada*'];

const isListing = (value: unknown): value is AnyListing =>
  typeof value === 'object' && value !== null && 'filterable' in value && 'sorts' in value && 'select' in value;

const source = join(import.meta.dirname, '..', '..', 'src');

/** A field of each type, without a default, and with one of which the index has no rows, some or all. */
const fields: FieldRow[] = Object.entries({
  string: 'gold',
  integer: 7,
  float: 1.5,
  boolean: true,
  date: '2021-03-04',
}).flatMap(([type, example]) =>
  [
    { slug: type, default_value: null, has_default_rows: false, indexed_default: null },
    { slug: `${type}_with_default`, default_value: example, has_default_rows: false, indexed_default: null },
    { slug: `${type}_being_indexed`, default_value: example, has_default_rows: true, indexed_default: null },
    { slug: `${type}_indexed`, default_value: example, has_default_rows: true, indexed_default: example },
  ].map(states => ({
    store_id: '018f0000-0000-7000-8000-000000000001',
    id: '018f0000-0000-7000-8000-00000000000f',
    flow_id: '018f0000-0000-7000-8000-00000000000e',
    name: type,
    field_type: type as FieldRow['field_type'],
    description: '',
    is_required: false,
    is_unique: false,
    is_enabled: true,
    position: null,
    omits_null: false,
    is_searchable: false,
    validation_rules: [],
    ...states,
    created_at: '2021-03-04T00:00:00.000Z',
    updated_at: '2021-03-04T00:00:00.000Z',
  })),
);

/** The tables whose rows have values of fields. */
const tablesWithFields: readonly string[] = ['entries', 'customers', 'addresses', 'products', 'orders'];

/** Loads every file of the server but what starts it, so that all its statements are compiled; gives their exports. */
export async function loadModules(): Promise<Record<string, unknown>[]> {
  const loaded: Record<string, unknown>[] = [];
  for await (const file of glob('**/*.ts', { cwd: source, exclude: name => name.endsWith('.test.ts') })) {
    if (file !== 'main.ts' && !file.startsWith('cli')) loaded.push(await import(join(source, file)));
  }
  return loaded;
}

/** The filters, one for each attribute and operator of a listing. */
export function filtersOf({ filterable }: Pick<AnyListing, 'filterable'>): { attribute: string; operator: string }[] {
  return Object.entries(filterable).flatMap(([attribute, { operators }]) =>
    operators.map(operator => ({ attribute, operator })),
  );
}

type Asked = Parameters<AnyListing['select']>[1];

/** The cursors that a listing gives after a row, with others to follow, whose key has one of these texts, as far as they are of its order. */
async function cursorsOf(listing: AnyListing, storeId: string, asked: Asked): Promise<string[]> {
  const keys = ['1', 'true', null];
  const cursors = keys.map(async listing_key => {
    const row = { id: '018f0000-0000-7000-8000-000000000000', listing_key, listing_total: 1_000_000, is_open: true };
    const one = new StoreDb(
      storeId,
      async () => [row] as never[],
      () => Promise.reject(new Error('a listing needs no transaction')),
    );
    return (await listing.select(one, asked))?.cursor ?? '';
  });
  return Promise.all(cursors);
}

/** Reads a page in an order, one far from it, and after each place in it. */
async function readPages(listing: AnyListing, db: StoreDb, asked: Asked): Promise<void> {
  for (const offset of [0, 10_000]) await listing.select(db, { ...asked, page: { ...asked.page, offset } });
  let accepted = 0;
  for (const cursor of await cursorsOf(listing, db.storeId, asked)) {
    try {
      await listing.select(db, { ...asked, page: { ...asked.page, cursor } });
      accepted += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  if (accepted === 0) throw new Error(`no cursor of ${listing.table} was accepted`);
}

/** Runs searches of one word and more, with and without a filter. */
async function searchInEveryWay(listing: AnyListing, db: StoreDb, asked: Pick<Asked, 'page' | 'scope'>): Promise<void> {
  for (const search of ['ada', 'ad', 'ada ad', 'ada okafor']) {
    for (const filter of ['', 'eq(name,Ada)']) {
      const more = { filterable: {}, ranking: searchRanking(parseSearch(search)) };
      await readPages(listing, db, { ...asked, filter: parseFilter(filter), sort: listing.defaultSort, more });
    }
    const filter = parseFilter(`like(search,"${search}")`);
    await listing.select(db, { ...asked, filter, sort: listing.defaultSort });
  }
}

/**
 * The statements of every listing that a module declares: in every order, from the start, far from it and after a place,
 * with every attribute and operator, and in batches.
 */
export async function statementsOfListings(): Promise<AnyStatement[]> {
  const sent = new Map<string, AnyStatement>();
  const db = new StoreDb(
    '018f0000-0000-7000-8000-000000000001',
    async statement => {
      sent.set(statement.text, statement as AnyStatement);
      return [];
    },
    () => Promise.reject(new Error('a listing needs no transaction')),
  );
  const page = { limit: 1, offset: 0 };
  const scope = { shape: 'every', values: {} };
  const listings = new Set((await loadModules()).flatMap(Object.values).filter(isListing));
  if (listings.size === 0) throw new Error('no listing was found');
  for (const [slug, { listing, scope: scopeOf }] of resourceRows) {
    // The others are listings of their modules, which are found and sorted by the same fields.
    if (slug === 'addresses') listings.add(listing);
    for (const isPublic of [false, true]) {
      const asked = { filter: [], sort: listing.defaultSort, page, scope: scopeOf({ now: new Date(), isPublic }) };
      await readPages(listing, db, asked);
    }
  }
  for (const listing of listings) {
    for (const field of listing.sorts) {
      for (const descending of [false, true]) {
        await readPages(listing, db, { filter: [], sort: { field, descending }, page, scope });
      }
    }
    for (const { attribute, operator } of filtersOf(listing)) await tryOperands(attribute, operator);
    if (listing === (customerListing as unknown)) await searchInEveryWay(listing, db, { page, scope });
    if (tablesWithFields.includes(listing.table)) {
      for (const { slug } of fields) {
        for (const descending of [false, true]) {
          const more = customAttributes(listing.table, 'flow', fields, { field: slug, descending });
          await readPages(listing, db, { filter: [], sort: listing.defaultSort, page, scope, more });
        }
      }
      const more = customAttributes(listing.table, 'flow', fields, { field: '', descending: false });
      for (const { attribute, operator } of filtersOf({ filterable: more.filterable ?? {} }))
        await tryOperands(attribute, operator, more);
    }

    async function tryOperands(attribute: string, operator: string, more?: MoreAttributes): Promise<void> {
      let refused: unknown;
      for (const operand of operands) {
        const text = operator === 'is_null' ? `is_null(${attribute})` : `${operator}(${attribute},${operand})`;
        try {
          const filter = parseFilter(text);
          const asked = { filter, scope, ...(more && { more }) };
          await listing.select(db, { ...asked, sort: listing.defaultSort, page });
          for await (const _ of listing.batches(db, { ...asked, size: 1 })) throw new Error('there are no rows');
          return;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          refused = error;
        }
      }
      throw refused;
    }
  }
  return [...sent.values()];
}
