import { billingFields, shippingFields } from '../../server/src/modules/orders/orders.address.ts';
import { fullName, withKeys } from '../../server/src/modules/orders/orders.texts.ts';
import { addressLine, customerLines } from '../../server/src/modules/search/search-texts.ts';
import { foldCase } from '../../server/src/platform/text/fold.ts';
import { createIds } from '../../server/src/platform/text/uuid.ts';
import type { Row } from './copy.ts';
import type { Person, PersonAddress } from './people.ts';

/** The rows of a batch, by table, those that others refer to first. */
export type Batch = Readonly<Record<(typeof tables)[number], Row[]>>;
export const tables = [
  'customers',
  'addresses',
  'customer_search',
  'orders',
  'order_items',
  'order_counts',
  'custom_index',
] as const;

/** Fields of customers, to filter and sort by. */
export interface SeedFields {
  readonly codeId: string;
  readonly pointsId: string;
  readonly tierId: string;
}

export interface SeedStore {
  readonly id: string;
  readonly fields: SeedFields;
}

const currency = {
  code: 'USD',
  format: '{price} USD',
  decimal_point: '.',
  thousand_separator: ',',
  decimal_places: 2,
};
const unit = 1500;
/** One customer in so many has ordered. */
const customersPerOrder = 10;
/** Customers that share a code. */
const customersPerCode = 100;

const pick = <Field extends string>(from: Readonly<Record<Field, string>>, fields: readonly Field[]) =>
  Object.fromEntries(fields.map(field => [field, from[field]]));

/** The tiers that customers of a store are in: six tenths, three tenths, one. */
export const seedTiers = ['silver', 'gold', 'platinum'] as const;

const tierOf = (customer: number) => seedTiers[customer % 10 < 6 ? 0 : customer % 10 < 9 ? 1 : 2];

/** Points are below this. */
export const seedPoints = 1_000_003;

/** Turns people into rows, created one after another up to now, over the three years before. */
export function createRows(store: SeedStore, count: number): (people: readonly Person[]) => Batch {
  const idFor = createIds();
  const end = Date.now();
  const step = (3 * 365 * 86_400_000) / count;
  let made = 0;

  function orderRows(batch: Batch, customer: { id: string; person: Person }, address: PersonAddress, at: Date): void {
    const [id, itemId] = [idFor(at), idFor(at)];
    const { name, email } = customer.person;
    const orderNumber = `${at.getUTCFullYear()}-${String(made).padStart(7, '0')}`;
    const price = { without_tax: unit, tax: 0, with_tax: unit };
    const of = (prefix: string) =>
      Object.fromEntries(Object.entries(price).map(([key, value]) => [prefix + key, value]));
    batch.orders.push({
      store_id: store.id,
      id,
      customer_id: customer.id,
      cart_id: id,
      status: 'incomplete',
      payment: 'unpaid',
      shipping: 'unfulfilled',
      ...withKeys({
        customer_name: name,
        customer_email: email,
        shipping_name: fullName(address),
        billing_name: fullName(address),
        shipping_postcode: address.postcode,
        billing_postcode: address.postcode,
      }),
      shipping_address: pick(address, shippingFields),
      billing_address: pick(address, billingFields),
      order_number: orderNumber,
      order_number_key: foldCase(orderNumber),
      currency: currency.code,
      currency_format: currency,
      ...price,
      item_ids: [itemId],
      created_at: at,
      updated_at: at,
    });
    batch.order_items.push({
      store_id: store.id,
      order_id: id,
      id: itemId,
      cart_item_id: itemId,
      type: 'custom_item',
      name: 'Enamel mug',
      sku: 'MUG',
      manage_stock: false,
      quantity: 1,
      unit_amount: unit,
      includes_tax: false,
      taxes: '[]',
      ...of('unit_'),
      ...of('value_'),
    });
  }

  /** The values of a customer's fields, and their rows of the index. */
  function valuesOf(batch: Batch, id: string): Record<string, string | number> {
    const { codeId, pointsId, tierId } = store.fields;
    const codes = Math.ceil(count / customersPerCode);
    const [code, points] = [`Code ${(made * 7919) % codes}`, (made * 104_729) % seedPoints];
    const tier = tierOf(made);
    const common = { store_id: store.id, entity_id: id, date_value: null };
    const text = (value: string) => ({ text_value: value, text_key: foldCase(value), number_value: null });
    batch.custom_index.push(
      { ...common, field_id: codeId, ...text(code) },
      { ...common, field_id: tierId, ...text(tier) },
      { ...common, field_id: pointsId, text_value: null, text_key: null, number_value: points },
    );
    return { [codeId]: code, [pointsId]: points, [tierId]: tier };
  }

  return people => {
    const batch = Object.fromEntries(tables.map(table => [table, []])) as unknown as Batch;
    for (const person of people) {
      made += 1;
      const at = new Date(Math.floor(end - (count - made) * step));
      const id = idFor(at);
      batch.customers.push({
        store_id: store.id,
        id,
        name: person.name,
        name_key: foldCase(person.name),
        email: person.email,
        email_key: foldCase(person.email),
        custom_values: valuesOf(batch, id),
        created_at: at,
        updated_at: at,
      });
      let searchText = customerLines(person).searchLines;
      for (const address of person.addresses) {
        const addressId = idFor(at);
        batch.addresses.push({
          store_id: store.id,
          customer_id: id,
          id: addressId,
          ...address,
          created_at: at,
          updated_at: at,
        });
        searchText += addressLine(addressId, address);
      }
      batch.customer_search.push({ store_id: store.id, customer_id: id, search_text: searchText });
      const [address] = person.addresses;
      const hasOrdered = address !== undefined && made % customersPerOrder === 0;
      if (hasOrdered) orderRows(batch, { id, person }, address, at);
      batch.order_counts.push({ store_id: store.id, customer_id: id, order_count: hasOrdered ? 1 : 0 });
    }
    return batch;
  };
}
