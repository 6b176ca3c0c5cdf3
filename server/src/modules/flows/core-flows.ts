/** A resource that a flow can extend. */
export interface CoreFlow {
  /** How a relationship field names the resource. */
  readonly singular: string;
  /** Whether its values are personal data, which public access tokens may not read (reference: ambiguities.md, A15). */
  readonly isPersonal: boolean;
  /** The keys that the resource has of its own, in bodies or answers: no field may have them (reference: flows.md, "Field"). */
  readonly keys: ReadonlySet<string>;
}

const coreFlow = (singular: string, keys = ''): CoreFlow => ({
  singular,
  isPersonal: false,
  keys: new Set(keys.split(' ')),
});
const personalFlow = (singular: string, keys: string): CoreFlow => ({ ...coreFlow(singular, keys), isPersonal: true });

/**
 * The slugs that make a flow extend a resource (reference: flows.md). A test compares the keys with the wire shapes. The
 * last four may be made although nothing has their fields: there are no such resources yet.
 */
const coreFlows: Readonly<Record<string, CoreFlow>> = {
  customers: personalFlow('customer', 'name email password external_ref'),
  addresses: personalFlow(
    'address',
    'name first_name last_name company_name phone_number line_1 line_2 city county region postcode country instructions',
  ),
  orders: personalFlow(
    'order',
    'status payment shipping anonymized customer shipping_address billing_address order_number external_ref',
  ),
  order_items: personalFlow('order_item', 'quantity product_id name sku unit_price value custom_inputs'),
  carts: personalFlow('cart', 'name description'),
  cart_items: personalFlow(
    'cart_item',
    'product_id name description sku slug image quantity manage_stock unit_price value price tax custom_inputs cart_id order_id code',
  ),
  products: coreFlow('product', 'name slug sku description manage_stock price status commodity_type stock'),
  brands: coreFlow('brand'),
  categories: coreFlow('category'),
  collections: coreFlow('collection'),
  promotions: coreFlow('promotion'),
};

/** The resource that a flow with this slug extends; undefined for a flow that is a resource of its own. */
export function coreFlowOf(slug: string): CoreFlow | undefined {
  return Object.hasOwn(coreFlows, slug) ? coreFlows[slug] : undefined;
}

export const isCoreFlow = (slug: string): boolean => coreFlowOf(slug) !== undefined;

const singularNames = new Set(Object.values(coreFlows).map(flow => flow.singular));

/** Whether a relationship field may point to it without a flow of that slug. */
export const isCoreResource = (singular: string): boolean => singularNames.has(singular);
