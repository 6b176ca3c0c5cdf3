import { isDeepStrictEqual } from 'node:util';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import type { BatchRequest, Found, Listing, Scope } from '../../platform/db/listing.ts';
import type { Ranking } from '../../platform/db/ranked-order.ts';
import type { StoreStatement } from '../../platform/db/statement.ts';
import type { Rule } from '../../platform/http/all-faults.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { FilterClause } from '../../platform/query/filter.ts';
import { type ListRequest, readListQuery } from '../../platform/query/list-query.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Context } from '../access/context.ts';
import type { SearchText } from '../search/search-texts.ts';
import { inTurn, isCostly } from './costly-filters.ts';
import { customAttributes, sortNamesOf } from './custom-fields.list.ts';
import { type CustomValues, copyValues, indexRowsOf, readValues, showValues, slugsOf } from './custom-values.ts';
import { byDefinitions, type Definitions, definitionsAt, doubting, readDefinitions } from './definitions.ts';
import type { Relationships } from './entries.schema.ts';
import type { FieldRow } from './fields.store.ts';
import { showRelationships } from './relationships.ts';
import { searchTextsOf } from './searched-fields.ts';
import { requireUnique, uniqueFields } from './unique-values.ts';
import { rowLocks, type ValueParameters, type ValueStatement, type Versioned } from './values.store.ts';

/** A row with values of fields. */
interface Valued {
  readonly custom_values: CustomValues;
}

/** A row with what its fields show, by their slugs. */
export type Extended<Row> = Row & {
  readonly custom: Readonly<Record<string, unknown>>;
  /** Its relationship fields; undefined without any. */
  readonly related?: Relationships | undefined;
};

/** What a body says of the fields of a resource. */
export interface SentValues {
  /** For the statement that writes the row. */
  readonly parameters: ValueParameters;
  /** What a search finds of them. */
  readonly searchTexts: readonly SearchText[];
  /** The statement to write them with. */
  pick<P, R>(statement: ValueStatement<P, R>): StoreStatement<P, R>;
  /** Throws 422 for a value that another row has and that is to be unique. For work that said to do so itself. */
  requireUnique(tx: StoreTx): Promise<void>;
  /**
   * Whether a row that was locked must be written for them: they differ from its values, or were read by other definitions
   * than are in force now, which the statement then finds out.
   */
  change(locked: Valued & Versioned): boolean;
}

type Body = Readonly<Record<string, unknown>>;

/** Reads the values of several rows, all by the same definitions. */
export interface ValueReader {
  readonly version: string | null;
  /** The values that a body sets, by the id of their field; of a new row with the defaults. Throws 422 for those that do not fit. */
  read(body: Body, isNew: boolean): CustomValues;
}

/** A resource of the contract whose rows carry values of the fields of a flow (reference: flows.md). */
export interface ExtendedResource {
  /** Rows with what their fields show. */
  show<Row extends Valued & Versioned>(db: StoreDb, rows: readonly Row[]): Promise<Extended<Row>[]>;
  /**
   * Writes a row with the values that a body has for the fields. `work` writes it by a statement that asks
   * `isCurrent`, and answers undefined when that wrote nothing; it is repeated when fields have changed meanwhile.
   * `checksUnique`: work asks itself whether values are taken, in its transaction, or none must be unique. Throws 422 for values that do not fit.
   */
  write<Row extends Valued>(
    db: StoreDb,
    input: { readonly id: string; readonly body: Body; readonly isNew: boolean; readonly checksUnique?: true },
    work: (db: StoreDb, values: SentValues) => Promise<Row | undefined>,
  ): Promise<Extended<Row> | undefined>;
  /**
   * What the body of a new row must obey beyond its schema, or of a change of the row `id`: it names no other, and its values fit
   * the fields. Whether they are taken is not asked.
   */
  rules(db: StoreDb, body: Body, id: string | undefined): Rule[];
  /**
   * Locks rows until the end of the transaction. Whoever removes values does so first, by a statement of its own: one that has
   * waited for a row does not see what was written to the index of values meanwhile.
   */
  lock(tx: StoreTx, ids: readonly string[]): Promise<unknown>;
  /**
   * The values of new rows that are made of rows of another resource, `shown` as the definitions of this version or newer
   * ones have them: see `copyValues`.
   */
  copy(db: StoreDb, version: string | null, shown: readonly Extended<unknown>['custom'][]): Promise<CustomValues[]>;
  /**
   * Writes any number of rows that are not indexed. `work` asks whether the version is current, and throws `outdated` when
   * it is not; it is repeated when fields have changed meanwhile.
   */
  writeMany<T>(db: StoreDb, work: (db: StoreDb, values: ValueReader) => Promise<T>): Promise<T>;
  /** A page, filtered and sorted by fields too. Throws 400 for a query that is not valid; undefined when the scope is closed. */
  list<Row extends Valued & { readonly id: string }, Sort extends string>(
    ctx: Context,
    listing: Listing<Row, Sort>,
    query: RawQuery,
    scope: Scope,
    restrict?: Restrict,
  ): Promise<ListedPage<Extended<Row>> | undefined>;
  /** Throws 400 for a filter that a listing, or the fields, do not have. */
  checkFilter(
    db: StoreDb,
    listing: Pick<Listing<never, never>, 'table' | 'checkFilter'>,
    filter: readonly FilterClause[],
  ): Promise<void>;
  /** What the fields are now, for rows that are read without asking by which. */
  reader(db: StoreDb): Promise<RowReader>;
  /** Everything that a filter matches, by fields too, in constant memory. Throws as `checkFilter`. */
  batches<Row extends Valued & { readonly id: string }, Sort extends string>(
    db: StoreDb,
    listing: Listing<Row, Sort>,
    request: Omit<BatchRequest, 'more'>,
  ): Promise<Batches<Row>>;
}

/** Reads the values of rows. */
export interface RowReader {
  /** Of the fields that the rows show. */
  readonly slugs: readonly string[];
  show(values: CustomValues): Readonly<Record<string, unknown>>;
}

/** All rows that a filter matches, in the order of their ids, some at a time. */
interface Batches<Row> {
  /** Of the fields that the rows show, as they were at the beginning. */
  readonly slugs: readonly string[];
  readonly batches: AsyncIterable<readonly Extended<Row>[]>;
}

/** What a resource makes of the filter that it is asked for: another one, and perhaps a ranking. */
export type Restrict = (filter: readonly FilterClause[]) => {
  readonly filter: readonly FilterClause[];
  readonly ranking?: Ranking;
};

const asIs: Restrict = filter => ({ filter });

/** A page with what was asked for. */
export interface ListedPage<Row> {
  readonly page: ListRequest<string>['page'];
  readonly found: Found<Row>;
}

function sentValues(
  fields: readonly FieldRow[],
  values: CustomValues,
  version: string | null,
): Omit<SentValues, 'requireUnique'> {
  const sent = fields.filter(field => Object.hasOwn(values, field.id));
  const indexRows = indexRowsOf(sent, values);
  return {
    parameters: {
      ...indexRows,
      customValues: JSON.stringify(values),
      fieldVersion: version,
      unset: sent.filter(field => values[field.id] === null).map(field => field.id),
    },
    searchTexts: searchTextsOf(fields, values),
    pick: ({ plain, withValues }) => (sent.length === 0 ? plain : withValues),
    change: ({ custom_values, field_version }) =>
      field_version !== version || sent.some(field => !isDeepStrictEqual(custom_values[field.id], values[field.id])),
  };
}

/** For the documentation of a listing: how its fields can be found and sorted by. */
export const fieldFilters = (flow: string) =>
  `And the fields of the flow, by \`slug\` or \`${flow}.slug\`: strings eq, in, like; numbers eq, in, gt, ge, lt, le; booleans eq; ` +
  'dates eq, gt, ge, lt, le; relationships eq, in, with the id of a target; all of them is_null. `sort` takes the same names; what has no value comes last.';

const noFields: readonly FieldRow[] = [];

/** The resource that the flow with this slug extends. */
export function extendedResource(flowSlug: string): ExtendedResource {
  const fieldsOf = ({ fields }: Definitions) => fields.get(flowSlug) ?? noFields;
  // The row was read for this request alone: it need not be copied.
  const extend = <Row extends Valued>(row: Row, fields: readonly FieldRow[]): Extended<Row> =>
    Object.assign(row, {
      custom: showValues(fields, row.custom_values),
      related: showRelationships(fields, row.custom_values),
    });

  const lockStatement = rowLocks.get(flowSlug);
  const lock: ExtendedResource['lock'] = async (tx, ids) => lockStatement && tx.all(lockStatement, { ids });

  return {
    lock,
    show: async (db, rows) => {
      const [first] = rows;
      if (first === undefined) return [];
      const fields = fieldsOf(await definitionsAt(db, first.field_version));
      return rows.map(row => extend(row, fields));
    },

    write: (store, { id, body, isNew, checksUnique }, work) =>
      byDefinitions(store, async (definitions, db) => {
        const fields = fieldsOf(definitions);
        const values = await doubting(() => readValues(fields, body, isNew));
        const requireUniqueValues = (tx: StoreTx) => doubting(() => requireUnique(tx, id, fields, values));
        const sent = { ...sentValues(fields, values, definitions.version), requireUnique: requireUniqueValues };
        const isUnique = !checksUnique && uniqueFields(fields, values).length > 0;
        const removesValues = !isNew && sent.parameters.unset.length > 0;
        const row =
          isUnique || removesValues
            ? await db.inTransaction(async tx => {
                if (removesValues) await lock(tx, [id]);
                if (isUnique) await requireUniqueValues(tx);
                return work(tx, sent);
              })
            : await work(db, sent);
        return row && extend(row, fields);
      }),

    rules: (db, body, id) => [
      () => requireSameId(body.id, id),
      async () => {
        readValues(fieldsOf(await readDefinitions(db)), body, id === undefined);
      },
    ],

    copy: async (db, version, shown) => {
      const fields = fieldsOf(await definitionsAt(db, version));
      return shown.map(custom => copyValues(fields, custom));
    },

    writeMany: async (store, work) => {
      const written = await byDefinitions(store, async (definitions, db) => {
        let isRefused = false;
        const read: ValueReader['read'] = (body, isNew) => {
          try {
            return readValues(fieldsOf(definitions), body, isNew);
          } catch (error) {
            isRefused = true;
            throw error;
          }
        };
        const done = await doubting(
          () => work(db, { version: definitions.version, read }),
          () => isRefused,
        );
        return { done };
      });
      if (written === undefined) throw new Error('the rows were not written');
      return written.done;
    },

    list: async (ctx, listing, query, scope, restrict) => {
      const answer = await byDefinitions(ctx.db, async (definitions, db) => {
        const fields = fieldsOf(definitions);
        const { page, found } = await doubting(() =>
          listWithFields({ ...ctx, db }, { listing, flowSlug, fields, query, scope, restrict }),
        );
        if (found === undefined) return { page, found };
        if (found.version !== definitions.version) return undefined;
        return { page, found: { ...found, rows: found.rows.map(row => extend(row, fields)) } };
      });
      const found = answer?.found;
      return found && { page: answer.page, found };
    },

    checkFilter: async (db, listing, filter) =>
      listing.checkFilter(filter, customAttributes(listing.table, flowSlug, fieldsOf(await readDefinitions(db)))),

    reader: async db => {
      const fields = fieldsOf(await readDefinitions(db));
      return { slugs: slugsOf(fields), show: values => showValues(fields, values) };
    },

    batches: async (db, listing, request) => {
      const fields = fieldsOf(await readDefinitions(db));
      const more = customAttributes(listing.table, flowSlug, fields);
      return {
        slugs: slugsOf(fields),
        batches: (async function* extended() {
          for await (const rows of listing.batches(db, { ...request, more }))
            yield rows.map(row => extend(row, fields));
        })(),
      };
    },
  };
}

/** A page of a listing that can be filtered and sorted by these fields too. */
export async function listWithFields<Row extends { readonly id: string }, Sort extends string>(
  ctx: Context,
  asked: {
    readonly listing: Listing<Row, Sort>;
    readonly flowSlug: string;
    readonly fields: readonly FieldRow[];
    readonly query: RawQuery;
    readonly scope: Scope;
    readonly restrict?: Restrict | undefined;
  },
) {
  const { listing, flowSlug, fields, query, scope, restrict = asIs } = asked;
  const { defaultSort } = listing;
  const sortsOfFields = sortNamesOf(flowSlug, fields);
  const sorts = [...listing.sorts, ...sortsOfFields];
  const request: ListRequest<string> = readListQuery(query, { sorts, defaultSort }, ctx.store.page_length);
  const own = listing.sorts.find(
    name => name === request.sort.field && !(listing.additive.has(name) && sortsOfFields.includes(name)),
  );
  const sort = own === undefined ? defaultSort : { field: own, descending: request.sort.descending };
  const attributes = customAttributes(listing.table, flowSlug, fields, own === undefined ? request.sort : undefined);
  const { filter, ranking } = restrict(request.filter);
  const more = { ...attributes, ranking };
  const find = () => listing.select(ctx.db, { ...request, filter, sort, scope, more });
  const isWaiting = ctx.role !== 'admin' && isCostly(filter, name => Object.hasOwn(listing.filterable, name));
  return { page: request.page, found: await (isWaiting ? inTurn(find) : find()) };
}
