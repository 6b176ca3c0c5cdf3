/** A resource that a flow can extend. */
export interface CoreFlow {
  /** How a relationship field names the resource. */
  readonly singular: string;
  /** Whether its values are personal data, which public access tokens may not read (reference: ambiguities.md, A15). */
  readonly isPersonal: boolean;
  /** The keys that the resource has of its own, in bodies or answers: no field may have them (reference: flows.md, "Field"). */
  readonly keys: ReadonlySet<string>;
  /** The relationships that it has of its own: no relationship field may have their names. */
  readonly relationships: ReadonlySet<string>;
  /** Where its values are: undefined while there is no such resource. */
  readonly rows: ValuedRows | undefined;
}

/** A table with a column `custom_values`. */
export interface ValuedRows {
  readonly table: string;
  /** The columns of its primary key after the store, with their types; `id`, which alone names a row, comes last. */
  readonly key: Readonly<Record<string, 'uuid' | 'text'>> & { readonly id: 'uuid' | 'text' };
  /** The counter of its rows (platform/db/totals.ts); without one they are counted. */
  readonly counter?: string;
  /** Nothing is found by its values, so that `custom_index` has none of them and no field of it can be unique. */
  readonly isUnindexed?: true;
}

const inert = (singular: string): CoreFlow => ({
  singular,
  isPersonal: false,
  keys: new Set(),
  relationships: new Set(),
  rows: undefined,
});
const coreFlow = (singular: string, rows: ValuedRows, keys: string, ...relationships: string[]): CoreFlow => ({
  singular,
  isPersonal: true,
  keys: new Set(keys.split(' ')),
  relationships: new Set(relationships),
  rows,
});

/**
 * The slugs that make a flow extend a resource (reference: flows.md). A test compares the keys with the wire shapes. The
 * last four may be made although nothing has their fields: there are no such resources yet.
 */
const coreFlows: Readonly<Record<string, CoreFlow>> = {
  customers: coreFlow(
    'customer',
    { table: 'customers', key: { id: 'uuid' }, counter: 'customers' },
    'name email password external_ref tags',
  ),
  addresses: coreFlow(
    'address',
    { table: 'addresses', key: { customer_id: 'uuid', id: 'uuid' } },
    'name first_name last_name company_name phone_number line_1 line_2 city county region postcode country instructions',
    'customer',
  ),
  orders: coreFlow(
    'order',
    { table: 'orders', key: { id: 'uuid' }, counter: 'orders' },
    'status payment shipping anonymized customer shipping_address billing_address order_number external_ref',
    ...['items', 'customer'],
  ),
  order_items: coreFlow(
    'order_item',
    { table: 'order_items', key: { order_id: 'uuid', id: 'uuid' }, isUnindexed: true },
    'quantity product_id name sku unit_price value custom_inputs',
    ...['cart_item', 'taxes'],
  ),
  carts: coreFlow(
    'cart',
    { table: 'carts', key: { id: 'text' }, counter: 'carts', isUnindexed: true },
    'name description',
    ...['items', 'customers'],
  ),
  cart_items: coreFlow(
    'cart_item',
    { table: 'cart_items', key: { cart_id: 'text', id: 'uuid' }, isUnindexed: true },
    'product_id name description sku slug image quantity manage_stock unit_price value price tax custom_inputs cart_id order_id code',
    'taxes',
  ),
  products: {
    ...coreFlow(
      'product',
      { table: 'products', key: { id: 'uuid' }, counter: 'products' },
      'name slug sku description manage_stock price status commodity_type stock',
    ),
    isPersonal: false,
  },
  brands: inert('brand'),
  categories: inert('category'),
  collections: inert('collection'),
  promotions: inert('promotion'),
};

/** The resource that a flow with this slug extends; undefined for a flow that is a resource of its own. */
export function coreFlowOf(slug: string): CoreFlow | undefined {
  return Object.hasOwn(coreFlows, slug) ? coreFlows[slug] : undefined;
}

/** The slugs of the flows that extend a resource. */
export const coreFlowSlugs: readonly string[] = Object.keys(coreFlows);

export const isCoreFlow = (slug: string): boolean => coreFlowOf(slug) !== undefined;

const bySingular = new Map(
  Object.entries(coreFlows).map(([slug, flow]) => [flow.singular, { slug, ...flow }] as const),
);

/** The resource with this name in the singular, with the slug of its flow. */
export const coreFlowOfSingular = (singular: string) => bySingular.get(singular);

/** Whether a relationship field may point to it without a flow of that slug. */
export const isCoreResource = (singular: string): boolean => bySingular.has(singular);

/** The resources that have values, by the slug of their flow. */
export const valuedRows: ReadonlyMap<string, ValuedRows> = new Map(
  Object.entries(coreFlows).flatMap(([slug, { rows }]) => (rows === undefined ? [] : [[slug, rows]])),
);
