import { isDeepStrictEqual } from 'node:util';
import type { RawBuilder } from 'kysely';
import { booleanAttribute, comparisons, textAttribute, timeAttribute } from '../../platform/db/filter-attributes.ts';
import type { BindValue, ClauseConditions, FilterAttribute } from '../../platform/db/filter-plan.ts';
import type { MoreAttributes } from '../../platform/db/listing.ts';
import type { SideOrder } from '../../platform/db/side-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { type FilterClause, type FilterOperator, filterErrors } from '../../platform/query/filter.ts';
import { toStoredId } from '../../platform/text/uuid.ts';
import { indexedCharacters, textDigest } from './custom-index.store.ts';
import { indexRowsOf } from './custom-values.ts';
import type { FieldType } from './fields.schema.ts';
import type { FieldRow } from './fields.store.ts';
import { isMetBy, numberOf, parseDateOperand } from './operands.ts';
import { countedColumns, countOf } from './value-counts.store.ts';

type ValueType = Exclude<FieldType, 'relationship'>;
const isSortable = (field: FieldRow): field is FieldRow & { field_type: ValueType } =>
  field.field_type !== 'relationship';

/** `like` compares the value, and the prefix of its key finds it in the index. */
const likeText = textAttribute({
  column: 'custom_index.text_value',
  folded: 'custom_index.text_key',
  indexedPrefix: indexedCharacters,
  operators: ['like'],
});

const text: FilterAttribute = {
  operators: ['eq', 'in', ...likeText.operators],
  toConditions: clause => {
    if (clause.operator === 'like') return likeText.toConditions(clause);
    const digests = clause.values.map(value => textDigest(value.text));
    return digests.length === 1
      ? {
          shape: 'eq',
          values: digests,
          condition: bind => sql`custom_index.text_digest = ${bind(0)}::uuid`,
        }
      : {
          shape: 'in',
          values: [digests],
          condition: bind => sql`custom_index.text_digest = any(${bind(0)}::uuid[])`,
        };
  },
};

const number: FilterAttribute = {
  operators: ['eq', 'in', 'gt', 'ge', 'lt', 'le'],
  toConditions: clause => {
    const numbers = clause.values.map(value => numberOf(value.text));
    if (!numbers.every(Number.isFinite)) throw filterErrors.syntax();
    if (clause.operator === 'in')
      return {
        shape: 'in',
        values: [numbers],
        condition: bind => sql`custom_index.number_value = any(${bind(0)}::float8[])`,
      };
    const comparison = comparisons[clause.operator as keyof typeof comparisons];
    return {
      shape: clause.operator,
      values: [numbers[0]],
      condition: bind => sql`custom_index.number_value ${sql.raw(comparison)} ${bind(0)}::float8`,
    };
  },
};

const flag = booleanAttribute('custom_index.number_value');
const boolean: FilterAttribute = {
  operators: flag.operators,
  toConditions: clause => {
    const { values, shape } = flag.toConditions(clause);
    return {
      shape,
      values,
      condition: bind => sql`custom_index.number_value = ${bind(0)}::boolean::integer::float8`,
    };
  },
};

/** What a relationship points to. */
const targets: FilterAttribute = {
  operators: ['eq', 'in'],
  toConditions: ({ operator, values }) => ({
    shape: operator,
    values: [values.map(({ text }) => toStoredId(text))],
    condition: bind => sql`custom_index.target_ids && ${bind(0)}::text[]`,
  }),
};

const attributes: Readonly<Record<FieldType, FilterAttribute>> = {
  string: text,
  integer: number,
  float: number,
  boolean,
  date: timeAttribute('custom_index.date_value', parseDateOperand),
  relationship: targets,
};

interface ValueOrder extends Pick<SideOrder, 'key' | 'keyType'> {
  readonly column: string;
  /** What carries the order of a default, from the column of the index that it would have. */
  readonly defaultKey: (bound: unknown) => RawBuilder<unknown>;
}

const byNumber: ValueOrder = {
  ...{ column: 'number_value', key: sql`side.number_value`, keyType: 'float8' },
  defaultKey: bound => sql`${bound}::float8`,
};

const orders: Readonly<Record<ValueType, ValueOrder>> = {
  string: {
    ...{ column: 'text_key', key: sql`left(side.text_key, ${sql.lit(indexedCharacters)})`, keyType: 'text' },
    defaultKey: bound => sql`left(${bound}::text collate "C", ${sql.lit(indexedCharacters)})`,
  },
  integer: byNumber,
  float: byNumber,
  boolean: byNumber,
  date: {
    ...{ column: 'date_value', key: sql`side.date_value`, keyType: 'timestamptz' },
    defaultKey: bound => sql`${bound}::timestamptz`,
  },
};

/** SQL with values of its own, after those of what stands before it. */
const after =
  (bind: BindValue, count: number): BindValue =>
  index =>
    bind(count + index);

/** All of these conditions as one. */
function allOf(each: readonly ClauseConditions[]): ClauseConditions {
  const starts = each.map((_, index) => each.slice(0, index).flatMap(({ values }) => values).length);
  return {
    shape: each.map(({ shape }) => shape).join('&'),
    values: each.flatMap(({ values }) => values),
    condition: (bind, storeId) =>
      sql`${sql.join(
        each.map(({ condition }, index) => condition(after(bind, starts[index] ?? 0), storeId)),
        sql` and `,
      )}`,
  };
}

/** Whether the index has a row for all that is older than the field and shows its default. */
const hasAllDefaults = ({ default_value, indexed_default }: FieldRow) =>
  default_value !== null && isDeepStrictEqual(indexed_default, default_value);

/** The default that rows without a value show and the index lacks; null for none. */
const missingDefault = (field: FieldRow): unknown => (hasAllDefaults(field) ? null : field.default_value);

/** Whether the index may have rows for only some that show the default, or once did: those do not count. */
const hasSomeDefaults = (field: FieldRow) => field.has_default_rows && !hasAllDefaults(field);

/**
 * A field as an attribute of the rows of a table. An index row stands for a value. A row that has none since it is older than
 * the field shows the default, and so it counts where the default meets the clauses, until the index has rows for those, too.
 */
function fieldAttribute(field: FieldRow, table: string): FilterAttribute {
  const attribute = attributes[field.field_type];
  const joined = (clauses: readonly FilterClause[]): ClauseConditions => {
    const isNull = clauses.some(({ operator }) => operator === 'is_null') ? [nullCondition(field, table)] : [];
    const compared = clauses.filter(({ operator }) => operator !== 'is_null');
    const conditions = compared.map(attribute.toConditions);
    const missing = missingDefault(field);
    const isMet = missing !== null && compared.every(clause => isMetBy(missing, field, clause));
    const operators = compared.map(({ operator }) => operator);
    const condition = () => indexCondition(field, table, operators, allOf(conditions), isMet);
    const each = conditions.length === 0 ? isNull : [...isNull, condition()];
    const [only, ...others] = each;
    return only !== undefined && others.length === 0 ? only : allOf(each);
  };
  return {
    kind: `field ${field.field_type}`,
    isSkewed: true,
    operators: [...attribute.operators, 'is_null'] satisfies FilterOperator[],
    toConditions: clause => joined([clause]),
    // Each would read half of the values where both bounds of a range are met by few.
    joinConditions: joined,
  };
}

function nullCondition({ id, default_value }: FieldRow, table: string): ClauseConditions {
  const hasDefault = default_value !== null;
  return {
    shape: hasDefault ? 'is_null_stored' : 'is_null',
    values: [id],
    condition: bind => {
      const stored = sql`(${sql.ref(`${table}.custom_values`)} -> ${bind(0)}::text)`;
      const isNull = sql`${stored} = 'null'::jsonb`;
      return hasDefault ? sql`(${isNull})` : sql`(${stored} is null or ${isNull})`;
    },
  };
}

/** Whether values that meet clauses with these operators are all that lie between two, or some given ones. */
const isCountable = (operators: readonly FilterOperator[]) =>
  !operators.includes('like') && (operators.length === 1 || !operators.includes('in'));

/** What a value must meet, as a condition on the row that has it; `isMetByDefault`: what has none counts, too. */
function indexCondition(
  field: FieldRow,
  table: string,
  operators: readonly FilterOperator[],
  inner: ClauseConditions,
  isMetByDefault: boolean,
): ClauseConditions {
  const id = sql.ref(`${table}.id`);
  const values = sql.ref(`${table}.custom_values`);
  const isOwn = hasSomeDefaults(field) ? sql`and not custom_index.is_default` : sql``;
  const shape = hasSomeDefaults(field) ? `${inner.shape}_own` : inner.shape;
  const matching = (bind: BindValue, storeId: unknown) => sql`
    from custom_index where custom_index.store_id = ${storeId} and custom_index.field_id = ${bind(0)}::uuid
      and ${inner.condition(after(bind, 1), storeId)} ${isOwn}`;
  const stored = (bind: BindValue, storeId: unknown) =>
    sql<boolean>`exists (select ${matching(bind, storeId)} and custom_index.entity_id = ${id})`;
  const shared = { values: [field.id, ...inner.values] };
  if (!isMetByDefault)
    return {
      ...shared,
      shape,
      condition: stored,
      elsewhere: {
        count: (bind, storeId) => {
          const counted = hasSomeDefaults(field) ? undefined : countedColumns[field.field_type];
          if (counted === undefined || !isCountable(operators))
            return sql<number>`select count(*)::int ${matching(bind, storeId)}`;
          const condition = inner.condition(after(bind, 1), storeId);
          const values = inner.shape === 'in' ? bind(1) : undefined;
          return countOf({ storeId, fieldId: sql`${bind(0)}::uuid`, counted, condition, values });
        },
        ids: (bind, storeId) => sql`select custom_index.entity_id ${matching(bind, storeId)}`,
        // A bracket of its own: PostgreSQL might look the value up in its index for each row, where it knows nothing of the values yet.
        isAmong: (bind, storeId) => sql`(
          select true from (
            select * from custom_index
            where custom_index.store_id = ${storeId} and custom_index.field_id = ${bind(0)}::uuid and custom_index.entity_id = ${id}
            offset 0
          ) custom_index where ${inner.condition(after(bind, 1), storeId)} ${isOwn})`,
      },
    };
  return {
    ...shared,
    shape: `${shape}_or_default`,
    condition: (bind, storeId) => sql<boolean>`(${stored(bind, storeId)} or not ${values} ? ${bind(0)}::text)`,
  };
}

/** The column of the index that carries the order of the default. */
function defaultKeyOf(field: FieldRow): unknown {
  const { textKeys, numbers, dates } = indexRowsOf([field], { [field.id]: field.default_value });
  return textKeys[0] ?? numbers[0] ?? dates[0];
}

/** The names of a field in filters and sorts: its slug, and that with the slug of the flow before it (design.md §7). */
const namesOf = (field: FieldRow, flowSlug: string) => [field.slug, `${flowSlug}.${field.slug}`];

/** The names that a listing can be sorted by beside its own. */
export function sortNamesOf(flowSlug: string, fields: readonly FieldRow[]): string[] {
  return fields.filter(isSortable).flatMap(field => namesOf(field, flowSlug));
}

/** Fields as attributes of the rows of a table, and the order that `sort` names if it is that of a field. */
export function customAttributes(
  table: string,
  flowSlug: string,
  fields: readonly FieldRow[],
  sort?: { readonly field: string; readonly descending: boolean },
): MoreAttributes {
  if (fields.length === 0) return {};
  const sortable = fields.filter(isSortable);
  const filterable = fields.flatMap(field => {
    const attribute = fieldAttribute(field, table);
    return namesOf(field, flowSlug).map(name => [name, attribute] as const);
  });
  const sorted = sort && sortable.find(field => namesOf(field, flowSlug).includes(sort.field));
  return {
    filterable: Object.fromEntries(filterable),
    order: sorted && orderOf(sorted, sort?.descending === true),
  };
}

function orderOf(field: FieldRow & { field_type: ValueType }, descending: boolean): SideOrder {
  const { column, key, keyType } = orders[field.field_type];
  const hasDefault = missingDefault(field) !== null;
  const isOwn = hasSomeDefaults(field) ? sql`and not side.is_default` : sql``;
  return {
    shape: hasSomeDefaults(field) ? `${keyType} own` : keyType,
    values: { sortFieldId: field.id, ...(hasDefault && { sortDefault: defaultKeyOf(field) }) },
    // What is older than the field shows the default, and stands where that does.
    ...(hasDefault && {
      defaulted: {
        condition: (table, bind) => sql`(not ${table}.custom_values ? ${bind('sortFieldId')}::text)`,
        key: bind => orders[field.field_type].defaultKey(bind('sortDefault')),
      },
    }),
    descending,
    table: 'custom_index',
    condition: bind =>
      sql`side.field_id = ${bind('sortFieldId')}::uuid and ${sql.ref(`side.${column}`)} is not null ${isOwn}`,
    key,
    keyType,
  };
}
