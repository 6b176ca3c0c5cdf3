import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aReference, createMug } from '../../../test/support/carts.ts';
import { taxByTheTable } from '../../../test/support/price-table.ts';
import { type Answer, startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import type { CalculationMethod } from '../prices/prices.ts';
import { changeStore } from '../stores/stores.service.ts';

/**
 * A cart beside a list that behaves as the contract says in the plainest way, through any sequence of requests: after each
 * of them both have the same lines in the same order, with the same amounts.
 */

interface Product {
  readonly id: string;
  readonly sku: string;
  readonly unit_amount: number;
  readonly includes_tax: boolean;
  /** Undefined: not managed. */
  readonly stock: number | undefined;
}

/** A line as the list keeps it. */
interface ModelLine {
  /** Two additions with the same one share a line; undefined: never. */
  identity: string | undefined;
  readonly product: Product | undefined;
  readonly name: string;
  readonly unit_amount: number;
  readonly includes_tax: boolean;
  quantity: number;
  taxes: number[];
}

interface Model {
  lines: ModelLine[];
}

interface Real {
  readonly store: TestStore;
  readonly method: CalculationMethod;
  readonly path: string;
}

let app: TestApp;
const stores = new Map<CalculationMethod, { store: TestStore; products: Product[] }>();

beforeAll(async () => {
  app = await startTestApp();
  for (const method of ['simple', 'line'] as const) {
    const store = await app.addStore();
    await changeStore(app.database, store.id, { calculation_method: method });
    const products: Product[] = [];
    for (const [unit_amount, includes_tax, stock] of [
      [999, false, undefined],
      [1234, true, undefined],
      [5, false, 12],
    ] as const) {
      const price = [{ amount: unit_amount, currency: 'USD', includes_tax }];
      const manages = { manage_stock: stock !== undefined, stock: stock ?? 0 };
      const { id, sku } = await createMug(store, { price, ...manages });
      products.push({ id, sku, unit_amount, includes_tax, stock });
    }
    stores.set(method, { store, products });
  }
});
afterAll(() => app.close());

interface Amounts {
  readonly without_tax: number;
  readonly tax: number;
  readonly with_tax: number;
}

/** The amounts of so many units of a line, from the table of the contract. */
function amountsOf({ taxes, ...line }: ModelLine, quantity: number, method: CalculationMethod): Amounts {
  const rates = taxes.map(rate => ({ rate }));
  const tax = Number(taxByTheTable({ ...line, quantity, taxes: rates }, method));
  const amount = line.unit_amount * quantity;
  return line.includes_tax
    ? { without_tax: amount - tax, tax, with_tax: amount }
    : { without_tax: amount, tax, with_tax: amount + tax };
}

function amountsShown(item: Answer['body'], which: 'unit' | 'value'): Amounts {
  const { without_tax, tax, with_tax } = item.meta.display_price;
  return { without_tax: without_tax[which].amount, tax: tax[which].amount, with_tax: with_tax[which].amount };
}

/** The cart shows what the list holds. */
async function compare({ lines }: Model, { store, method, path }: Real): Promise<void> {
  const { body } = await store.storefront.get(`${path}/items`);
  const shown = body.data.map((item: Answer['body']) => ({
    name: item.name,
    quantity: item.quantity,
    unit_price: item.unit_price.amount,
    price: item.value.amount,
    taxes: item.relationships?.taxes.data.length ?? 0,
    unit: amountsShown(item, 'unit'),
    value: amountsShown(item, 'value'),
  }));
  const expected = lines.map(line => ({
    name: line.name,
    quantity: line.quantity,
    unit_price: line.unit_amount,
    price: line.unit_amount * line.quantity,
    taxes: line.taxes.length,
    unit: amountsOf(line, 1, method),
    value: amountsOf(line, line.quantity, method),
  }));
  expect(shown).toEqual(expected);
  const { with_tax, without_tax, tax } = body.meta.display_price;
  const sum = (member: keyof Amounts) => expected.reduce((total, { value }) => total + value[member], 0);
  expect([without_tax.amount, tax.amount, with_tax.amount]).toEqual([sum('without_tax'), sum('tax'), sum('with_tax')]);
  expect(with_tax.currency).toBe(lines.length === 0 ? '' : 'USD');
}

/** Sends a request and does the same to the list; then both must be the same. */
function step(name: string, take: (model: Model, real: Real) => Promise<void>): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    run: async (model, real) => {
      await take(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

/** An item to add: to the service and to the list. */
interface Item {
  readonly name: string;
  readonly body: (products: readonly Product[]) => object;
  readonly line: (products: readonly Product[]) => ModelLine;
}

const stockLeft = (lines: readonly ModelLine[], { product }: ModelLine) =>
  (product?.stock ?? Number.POSITIVE_INFINITY) -
  lines.reduce((sum, line) => (line.product === product ? sum + line.quantity : sum), 0);

/** Adds to the list; answers whether there was enough of it. */
function addToModel(model: Model, line: ModelLine): boolean {
  if (line.quantity > stockLeft(model.lines, line)) return false;
  const same = model.lines.find(each => each.identity !== undefined && each.identity === line.identity);
  if (same === undefined) model.lines.push(line);
  else {
    same.quantity += line.quantity;
    if (line.taxes.length > 0) same.taxes = line.taxes;
  }
  return true;
}

const add = (items: readonly Item[], isAllOrNothing: boolean) =>
  step(
    `add ${items.map(({ name }) => name)}${isAllOrNothing ? ' or nothing' : ''}`,
    async (model, { store, method, path }) => {
      const products = stores.get(method)?.products ?? [];
      const before = model.lines.map(line => ({ ...line }));
      const added = items.map(item => addToModel(model, item.line(products)));
      const isRefused = isAllOrNothing ? added.includes(false) : !added.includes(true);
      if (isRefused) model.lines = before;
      const data = items.map(item => item.body(products));
      const { status, body } = await store.admin.post(`${path}/items`, {
        data,
        options: { add_all_or_nothing: isAllOrNothing },
      });
      const refused = added.filter(isAdded => !isAdded).length;
      expect([status, body.errors?.length ?? 0]).toEqual([isRefused ? 400 : 201, refused]);
    },
  );

/** A line of both, or an id that neither knows when there is none. */
async function pick(model: Model, { store, path }: Real, at: number) {
  const index = model.lines.length === 0 ? -1 : at % model.lines.length;
  const { data } = (await store.storefront.get(`${path}/items`)).body;
  return { index, line: model.lines[index], itemPath: `${path}/items/${data[index]?.id ?? 'none'}` };
}

const update = (at: number, quantity: number) =>
  step(`update ${at} to ${quantity}`, async (model, real) => {
    const { index, line, itemPath } = await pick(model, real, at);
    const { status } = await real.store.storefront.put(itemPath, { data: { quantity } });
    if (line === undefined) expect(status).toBe(404);
    else if (quantity > stockLeft(model.lines, line) + line.quantity) expect(status).toBe(400);
    else {
      expect(status).toBe(200);
      if (quantity === 0) model.lines.splice(index, 1);
      else line.quantity = quantity;
    }
  });

/** Gives a line other custom inputs, which may make it the same as another. */
const engrave = (at: number, name: string) =>
  step(`engrave ${at} with ${name}`, async (model, real) => {
    const { line, itemPath } = await pick(model, real, at);
    const data = { quantity: line?.quantity ?? 1, custom_inputs: { engraving: name } };
    const { status } = await real.store.storefront.put(itemPath, { data });
    expect(status).toBe(line === undefined ? 404 : 200);
    if (line?.product === undefined) return;
    line.identity = `${line.identity?.split(' ')[0]} ${name}`;
    const twins = model.lines.filter(each => each !== line && each.identity === line.identity);
    for (const twin of twins) line.quantity += twin.quantity;
    model.lines = model.lines.filter(each => !twins.includes(each));
  });

const tax = (at: number, rate: number) =>
  step(`tax ${at} by ${rate}`, async (model, real) => {
    const { line, itemPath } = await pick(model, real, at);
    const { status } = await real.store.admin.post(`${itemPath}/taxes`, { data: { name: 'Tax', rate } });
    if (line === undefined) expect(status).toBe(404);
    else if (line.taxes.length === 5) expect(status).toBe(422);
    else {
      expect(status).toBe(201);
      line.taxes = [...line.taxes, rate];
    }
  });

const clear = (what: '' | '/items' | '/taxes') =>
  step(`clear ${what}`, async (model, { store, path }) => {
    expect((await store.admin.delete(`${path}${what}`)).status).toBe(204);
    model.lines = what === '/taxes' ? model.lines.map(line => ({ ...line, taxes: [] })) : [];
  });

const quantity = fc.integer({ min: 1, max: 9 });
const rate = fc.oneof(
  fc.constantFrom(0, 0.2, 0.19, 0.005),
  fc.integer({ min: 0, max: 3_000_000 }).map(n => n / 1_000_000),
);
const taxes = fc.array(rate, { maxLength: 3 });
const taxed = (rates: readonly number[]) =>
  rates.length === 0 ? {} : { tax: rates.map(each => ({ name: 'Tax', rate: each })) };

const productItem: fc.Arbitrary<Item> = fc
  .record({
    which: fc.nat(2),
    quantity,
    rates: taxes,
    bySku: fc.boolean(),
    input: fc.constantFrom(undefined, 'Ada', 'Grace'),
  })
  .map(({ which, bySku, input, rates, ...sent }) => {
    const of = (products: readonly Product[]) => products[which] as Product;
    return {
      name: `${sent.quantity} of product ${which} with ${input} taxed ${rates}`,
      body: products => ({
        type: 'cart_item',
        ...(bySku ? { sku: of(products).sku } : { id: of(products).id }),
        ...sent,
        ...taxed(rates),
        ...(input !== undefined && { custom_inputs: { engraving: input } }),
      }),
      line: products => ({
        ...of(products),
        identity: `${which} ${input}`,
        product: of(products),
        name: 'Mug',
        quantity: sent.quantity,
        taxes: [...rates],
      }),
    };
  });

const customItem: fc.Arbitrary<Item> = fc
  .record({
    sku: fc.constantFrom('', 'A', 'B'),
    name: fc.constantFrom('Card', 'Bow'),
    amount: fc.integer({ min: 0, max: 100_000 }),
    includes_tax: fc.boolean(),
    quantity,
    rates: taxes,
  })
  .map(({ sku, name, amount, includes_tax, rates, ...sent }) => ({
    name: `${sent.quantity} of ${name} "${sku}" at ${amount} taxed ${rates}`,
    body: () => ({ type: 'custom_item', sku, name, price: { amount, includes_tax }, ...sent, ...taxed(rates) }),
    line: () => ({
      identity: sku === '' ? undefined : `custom ${sku}`,
      product: undefined,
      name,
      unit_amount: amount,
      includes_tax,
      quantity: sent.quantity,
      taxes: [...rates],
    }),
  }));

const item = fc.oneof(productItem, customItem);

const steps = fc.commands(
  [
    fc.tuple(fc.array(item, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([items, all]) => add(items, all)),
    fc.tuple(fc.nat(20), fc.integer({ min: 0, max: 15 })).map(([at, quantityTo]) => update(at, quantityTo)),
    fc.tuple(fc.nat(20), fc.constantFrom('Ada', 'Grace')).map(([at, name]) => engrave(at, name)),
    fc.tuple(fc.nat(20), rate).map(([at, by]) => tax(at, by)),
    fc.constantFrom('/taxes' as const, '/taxes' as const, '/items' as const, '' as const).map(clear),
  ],
  { maxCommands: 20, size: '+1' },
);

test('through any sequence of requests a cart holds the lines and amounts that the contract says', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom('simple' as const, 'line' as const), async (sequence, method) => {
      const { store } = stores.get(method) ?? {};
      if (store === undefined) throw new Error('no store');
      await fc.asyncModelRun(
        () => ({ model: { lines: [] }, real: { store, method, path: `/v2/carts/${aReference()}` } }),
        sequence,
      );
    }),
    { numRuns: 30 },
  );
}, 120_000);
