import type { Field } from '../../../../server/src/contract.ts';
import { customerTagsQuery } from '../../api/bulk.ts';
import { isChoosable, relationshipOf } from '../../api/targets.ts';
import type { FilterField } from '../../components/filters/criteria.ts';
import { listCountries } from '../../countries.ts';
import { texts } from '../../texts.ts';
import { formatValue } from '../../values.ts';

const t = texts.list;

/** What the API calls a field of the store in filters, orders and columns: never the same as an attribute of its own. */
export const attributeOf = ({ slug }: Pick<Field, 'slug'>) => `customers.${slug}`;

/** The values that a field allows, where they are counted out. */
const allowedValues = ({ validation_rules: rules = [] }: Field) =>
  rules.find(({ type }) => type === 'enum')?.options as readonly (string | number)[] | undefined;

const kinds = { string: 'text', integer: 'number', float: 'number', boolean: 'flag', date: 'day' } as const;

const asOption = (value: string | number) => ({ value: String(value), label: formatValue(value) });

function filterOf(field: Field): FilterField {
  const base = { name: attributeOf(field), label: field.name };
  const allowed = field.field_type === 'date' ? undefined : allowedValues(field)?.map(asOption);
  if (allowed !== undefined) return { ...base, kind: 'choice', options: allowed };
  const kind = kinds[field.field_type as keyof typeof kinds];
  if (kind !== 'flag') return { ...base, kind, isWhole: field.field_type === 'integer' };
  const [yes, no] = [texts.yes, texts.no];
  return { ...base, kind, options: [{ value: 'true', label: yes }].concat({ value: 'false', label: no }) };
}

/** What customers can be narrowed down by: the same for every store, then the tags and the fields of this one. */
export const customerFilters = (
  fields: readonly Field[],
  relationships: readonly Field[],
  tags: readonly string[],
): readonly FilterField[] => [
  {
    name: 'password',
    label: t.columns.account,
    kind: 'flag',
    options: [
      { value: 'true', label: t.active },
      { value: 'false', label: t.inactive },
    ],
  },
  { name: 'created_at', label: t.columns.created, kind: 'date' },
  { name: 'updated_at', label: t.columns.updated, kind: 'date' },
  { name: 'country', label: t.country, kind: 'choice', options: listCountries() },
  { name: 'order_count', label: t.columns.orders, kind: 'number', isWhole: true },
  ...(tags.length === 0
    ? []
    : [
        {
          name: 'tags',
          label: texts.tags.title,
          kind: 'choice',
          options: tags.map(asOption),
          find: customerTagsQuery,
        } as const,
      ]),
  ...fields.map(filterOf),
  ...relationships
    .map(field => ({ field, target: relationshipOf(field).kind }))
    .filter(({ target }) => isChoosable(target))
    .map(({ field, target }) => ({ name: attributeOf(field), label: field.name, kind: 'target', target }) as const),
];
