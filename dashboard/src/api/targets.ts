import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Customer, Entry, Field, Order, Product, Target } from '../../../server/src/contract.ts';
import { coreFlowOfSingular } from '../../../server/src/modules/flows/core-flows.ts';
import { api, holding, type PageOf, pageQuery } from './client.ts';
import { isSearchable } from './customers.ts';
import { readFlow } from './flows.ts';
import { orderName } from './orders.ts';

/** What a relationship field may point to: a resource in the singular, or the slug of a flow; and whether to several. */
export function relationshipOf({ validation_rules: rules }: Field) {
  const rule = rules.find(({ type }) => type === 'one-to-one' || type === 'one-to-many');
  return { kind: rule?.to ?? '', isToMany: rule?.type === 'one-to-many' };
}

/** A record that a relationship may point to, as people choose it. */
export interface TargetChoice extends Target {
  readonly label: string;
}

/** Where the records of a kind are, and what people call them. */
interface Source<T extends { readonly id: string }> {
  readonly type: string;
  readonly path: string;
  /** The query for those that a text finds. */
  readonly searched: (text: string) => Readonly<Record<string, string>>;
  readonly labelOf: (row: T) => string;
}

type AnySource = Source<{ readonly id: string }>;

const source = <T extends { readonly id: string }>(of: Source<T>) => of as unknown as AnySource;
const holds = (attribute: string | undefined, text: string) =>
  attribute === undefined || text === '' ? {} : { filter: holding(attribute, text) };

const resources: Readonly<Record<string, AnySource>> = {
  customer: source<Customer>({
    ...{ type: 'customer', path: '/v2/customers' },
    searched: text => (isSearchable(text) ? { search: text } : {}),
    labelOf: ({ name, email }) => `${name} (${email})`,
  }),
  product: source<Product>({
    ...{ type: 'product', path: '/v2/products' },
    searched: text => holds('name', text),
    labelOf: ({ name, sku }) => `${name} (${sku})`,
  }),
  order: source<Order>({
    ...{ type: 'order', path: '/v2/orders' },
    searched: text => holds('order_number', text),
    labelOf: order => `${orderName(order)}, ${order.customer.name}`,
  }),
};

/** Entries are called by the first text that they have. */
async function sourceOfEntries(flow: string) {
  const { fields } = await readFlow(flow);
  const name = fields.find(({ field_type: type, enabled }) => enabled && type === 'string')?.slug;
  return source<Entry & Readonly<Record<string, unknown>>>({
    ...{ type: 'entry', path: `/v2/flows/${flow}/entries` },
    searched: text => holds(name, text),
    labelOf: entry => String((name && entry[name]) || entry.id),
  });
}

/** Whether records of this kind can be chosen here; those of others are only shown. */
export const isChoosable = (kind: string): boolean => kind in resources || coreFlowOfSingular(kind) === undefined;

const sourceOf = async (kind: string): Promise<AnySource> => resources[kind] ?? sourceOfEntries(kind);

async function readChoices({ type, path, labelOf }: AnySource, size: number, asked: Readonly<Record<string, string>>) {
  const found = await api.get<PageOf<{ readonly id: string }>>(
    `${path}?${pageQuery({ sort: '', page: 1, size }, asked)}`,
  );
  return found.data.map((row): TargetChoice => ({ type, id: row.id, label: labelOf(row) }));
}

/** The first records of a kind that a text finds. */
export const foundTargetsQuery = (kind: string, text: string) =>
  queryOptions({
    queryKey: ['targets', kind, 'found', text],
    queryFn: async () => {
      const from = await sourceOf(kind);
      return readChoices(from, 20, from.searched(text));
    },
    placeholderData: keepPreviousData,
  });

/** So many targets of a relationship are called by their names. */
const mostNamed = 100;

/** Those of these records of a kind that are still there, by id. */
export const namedTargetsQuery = (kind: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['targets', kind, 'named', ids],
    queryFn: async () => {
      if (ids.length === 0) return [];
      return readChoices(await sourceOf(kind), mostNamed, { filter: `in(id,${ids.slice(0, mostNamed).join()})` });
    },
    placeholderData: keepPreviousData,
  });

/** Changes what a relationship of a customer points to, and undoes nothing that somebody else adds meanwhile. */
export async function changeTargets(
  customerId: string,
  slug: string,
  { added, removed }: { readonly added: readonly Target[]; readonly removed: readonly Target[] },
): Promise<void> {
  const path = `/v2/flows/customers/entries/${customerId}/relationships/${slug}`;
  if (removed.length > 0) await api.delete(path, { data: removed });
  if (added.length > 0) await api.post(path, added);
}
