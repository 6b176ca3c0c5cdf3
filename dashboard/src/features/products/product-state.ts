import type { Currency, Field, Product } from '../../../../server/src/contract.ts';
import { fieldValuesOf } from '../../components/custom-fields.tsx';
import { type FieldValue, toFieldValue } from '../../components/field-input.tsx';
import { toMajor, toMinor } from '../../money.ts';

/** What the form of a product holds, flat: its own members, a price for each currency, and the store's own fields by their slugs. */
export type ProductValues = Record<string, FieldValue>;

/** What a form of products is made of. */
export interface ProductForms {
  /** Those of the store. */
  readonly currencies: readonly Currency[];
  readonly fields: readonly Field[];
}

/** The inputs of a price. A space is in no slug of a field. */
export const amountOf = (code: string) => `amount ${code}`;
export const taxOf = (code: string) => `tax ${code}`;

/** A product as its form holds it; a new one when there is none. */
export function valuesOf(product: Product | undefined, { currencies, fields }: ProductForms): ProductValues {
  const prices = currencies.flatMap(currency => {
    const price = product?.price.find(({ currency: code }) => code === currency.code);
    return [
      [amountOf(currency.code), price === undefined ? '' : toMajor(price.amount, currency)],
      [taxOf(currency.code), price?.includes_tax ?? true],
    ];
  });
  return {
    ...{
      name: '',
      slug: '',
      sku: '',
      description: '',
      status: 'draft',
      commodity_type: 'physical',
      manage_stock: true,
    },
    ...{ stock: '' },
    ...(product && {
      ...{ name: product.name, slug: product.slug, sku: product.sku, description: product.description },
      ...{ status: product.status, commodity_type: product.commodity_type, manage_stock: product.manage_stock },
    }),
    ...Object.fromEntries(prices),
    ...fieldValuesOf(product, fields),
  };
}

/** The currencies that a form has prices in, in the order of the body. */
export const pricedIn = (values: ProductValues, currencies: readonly Currency[]) =>
  currencies.filter(({ code }) => typeof values[amountOf(code)] === 'number');

/** A product as the API takes it. */
function toBody(values: ProductValues, { currencies, fields }: ProductForms): Record<string, unknown> {
  const { name, slug, sku, description, status, commodity_type, manage_stock, stock } = values;
  return {
    ...{ name, slug, sku, description, status, commodity_type, manage_stock },
    ...(typeof stock === 'number' && { stock }),
    price: pricedIn(values, currencies).map(currency => ({
      amount: toMinor(Number(values[amountOf(currency.code)]), currency),
      currency: currency.code,
      includes_tax: values[taxOf(currency.code)] === true,
    })),
    ...Object.fromEntries(fields.map(field => [field.slug, toFieldValue(values[field.slug] ?? '')])),
  };
}

/** A new product, without the fields that it has no value of. */
export const newBody = (values: ProductValues, forms: ProductForms): object =>
  Object.fromEntries(Object.entries(toBody(values, forms)).filter(([, value]) => value !== null));

/** Only what has changed: what somebody else changes meanwhile stays. */
export function changedBody(before: ProductValues, after: ProductValues, forms: ProductForms): object {
  const old = toBody(before, forms);
  const changed = Object.entries(toBody(after, forms)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(old[key]),
  );
  return Object.fromEntries(changed);
}
