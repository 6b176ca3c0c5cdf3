import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createAddress, createCustomer, createField, createFlow } from '../../../test/support/builders.ts';
import { createOrder } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { backgroundWork } from '../../background.ts';

/** What is written is found with the very next request, and what is no more is not. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function isFound(customer: { id: string }, search: string): Promise<boolean> {
  const { status, body } = await app.admin.get(`/v2/customers?search=${encodeURIComponent(search)}`);
  expect(status).toBe(200);
  return body.data.some(({ id }: { id: string }) => id === customer.id);
}

async function found(customer: { id: string }, searches: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(searches.map(search => isFound(customer, search)));
  return searches.filter((_, index) => answers[index]);
}

let serial = 0;
/** A word that nothing else has. */
const aWord = () => {
  serial += 1;
  return `word${serial}of${Math.random().toString(36).slice(2)}`;
};

test('a change of the name or the e-mail is found, and what was before is not', async () => {
  const [before, after, mail, newMail] = [aWord(), aWord(), aWord(), aWord()];
  const customer = await createCustomer(app, { name: before, email: `${mail}@x.test` });
  expect(await found(customer, [before, mail])).toEqual([before, mail]);
  await app.admin.put(`/v2/customers/${customer.id}`, { data: { name: after } });
  expect(await found(customer, [before, after, mail])).toEqual([after, mail]);
  await app.admin.put(`/v2/customers/${customer.id}`, { data: { email: `${newMail}@x.test`, name: before } });
  expect(await found(customer, [before, after, mail, newMail])).toEqual([before, newMail]);
  await app.admin.put(`/v2/customers/${customer.id}`, { data: { external_ref: aWord() } });
  expect(await found(customer, [before, newMail])).toEqual([before, newMail]);
});

test('a change that fails leaves what is found as it was', async () => {
  const [name, other] = [aWord(), aWord()];
  const taken = await createCustomer(app);
  const customer = await createCustomer(app, { name });
  const answer = await app.admin.put(`/v2/customers/${customer.id}`, { data: { name: other, email: taken.email } });
  expect(answer.status).toBe(409);
  expect(await found(customer, [name, other])).toEqual([name]);
});

test('addresses are found, changed and deleted ones as they are now', async () => {
  const [street, second, moved] = [aWord(), aWord(), aWord()];
  const customer = await createCustomer(app);
  const address = await createAddress(app.admin, customer.id, { line_1: street });
  await createAddress(app.admin, customer.id, { line_1: second });
  expect(await found(customer, [street, second, `${second} ${street}`])).toEqual([
    street,
    second,
    `${second} ${street}`,
  ]);
  const at = `/v2/customers/${customer.id}/addresses/${address.id}`;
  await app.admin.put(at, { data: { line_2: moved } });
  expect(await found(customer, [street, second, moved])).toEqual([street, second, moved]);
  await app.admin.put(at, { data: { line_1: 'Elsewhere', line_2: '' } });
  expect(await found(customer, [street, second, moved])).toEqual([second]);
  await app.admin.put(at, { data: { line_1: street } });
  await app.admin.delete(at);
  expect(await found(customer, [street, second])).toEqual([second]);
});

test('addresses that are written at once are all found', async () => {
  const words = Array.from({ length: 12 }, aWord);
  const customer = await createCustomer(app);
  const addresses = await Promise.all(words.map(line_1 => createAddress(app.admin, customer.id, { line_1 })));
  expect(await found(customer, words)).toEqual(words);
  const changed = Array.from({ length: 12 }, aWord);
  await Promise.all([
    ...addresses.map(({ id }, index) => {
      const path = `/v2/customers/${customer.id}/addresses/${id}`;
      return index % 2 === 0 ? app.admin.delete(path) : app.admin.put(path, { data: { line_1: changed[index] } });
    }),
    app.admin.put(`/v2/customers/${customer.id}`, { data: { name: changed[0] } }),
  ]);
  expect(await found(customer, words)).toEqual([]);
  expect(await found(customer, changed)).toEqual(changed.filter((_, index) => index === 0 || index % 2 === 1));
});

test('a customer is found by the number of an order, beside other words, until the order has another', async () => {
  const [name, street] = [aWord(), aWord()];
  const customer = await createCustomer(app, { name });
  await createAddress(app.admin, customer.id, { line_1: street });
  const order = await createOrder(app, { customerId: customer.id });
  const number = `2024-${serial}_%${Math.random().toString(36).slice(2).toUpperCase()}`;
  await app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', order_number: number } });
  const searches = [
    number,
    number.toLowerCase(),
    number.slice(3),
    `${number} ${street}`,
    `${name} ${number}`,
    `x${number}`,
  ];
  expect(await found(customer, searches)).toEqual(searches.slice(0, -1));
  expect(await found(customer, [`${number} ${aWord()}`, number.replace('_', 'x')])).toEqual([]);
  await app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', order_number: 'other' } });
  expect(await found(customer, [number])).toEqual([]);
});

test('more orders than are gone through leave it open whether others have such a number', async () => {
  const customer = await createCustomer(app);
  const order = await createOrder(app, { customerId: customer.id });
  const number = aWord();
  await app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', order_number: number } });
  const { body } = await app.admin.get(`/v2/customers?search=${number}`);
  expect(body.meta.results).toEqual({ total: 1 });
  await app.query(
    `insert into orders select (jsonb_populate_record(orders, jsonb_build_object('id', gen_random_uuid()))).*
     from orders, generate_series(1, 251) where id = $1`,
    [order.id],
  );
  const cut = await app.admin.get(`/v2/customers?search=${number}`);
  expect(cut.body).toMatchObject({ data: [{ id: customer.id }], meta: { results: { total: 1, more: true } } });
  await app.query('delete from orders where order_number = $1', [number]);
});

test('a customer who is deleted is not found, nor by an order that stays', async () => {
  const name = aWord();
  const customer = await createCustomer(app, { name });
  const order = await createOrder(app, { customerId: customer.id });
  const number = aWord();
  await app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', order_number: number } });
  await app.admin.delete(`/v2/customers/${customer.id}`);
  for (const search of [name, number]) {
    const { body } = await app.admin.get(`/v2/customers?search=${search}`);
    expect(body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
  }
});

describe('fields that are searchable', () => {
  let store: TestStore;
  let flow: { id: string };
  beforeAll(async () => {
    store = await app.addStore();
    flow = await createFlow(store, { slug: 'customers' });
  });

  const aSearchable = (changes: Record<string, unknown> = {}) =>
    createField(store, flow.id, { searchable: true, ...changes });
  const change = (id: string, data: Record<string, unknown>) => store.admin.put(`/v2/fields/${id}`, { data });
  const setValue = (customer: { id: string }, data: Record<string, unknown>) =>
    store.admin.put(`/v2/customers/${customer.id}`, { data });
  const foundBy = async (...searches: string[]) => {
    const lists = await Promise.all(searches.map(search => store.admin.get(`/v2/customers?search=${search}`)));
    return lists.map(({ body }) => body.data.map(({ id }: { id: string }) => id));
  };
  const sweep = () => backgroundWork(app.database).atTimes['search-texts']?.work();

  test('are found by any part of their values, set and changed by staff, and not by those of others', async () => {
    const [pet, tier] = [await aSearchable(), await createField(store, flow.id)];
    const [name, first, second, other] = [aWord(), aWord(), aWord(), aWord()];
    const data = { ...aCustomer({ name }), [pet.slug]: `Änne ${first} of Hull`, [tier.slug]: other };
    const { body } = await store.admin.post('/v2/customers', { data });
    const { id } = body.data;
    expect(await foundBy(first, `${first.slice(2)}%20hull`, `anne%20${name}`, other)).toEqual([[id], [id], [id], []]);
    await setValue({ id }, { [pet.slug]: second });
    expect(await foundBy(first, second, name)).toEqual([[], [id], [id]]);
    await setValue({ id }, { name: other });
    expect(await foundBy(second, name, other)).toEqual([[id], [], [id]]);
    await setValue({ id }, { [pet.slug]: null });
    expect(await foundBy(second, other)).toEqual([[], [id]]);
  });

  test('of one customer are found each for itself', async () => {
    const [one, two] = [await aSearchable(), await aSearchable({ default: 'by default' })];
    const [first, second] = [aWord(), aWord()];
    const { body } = await store.admin.post('/v2/customers', { data: { ...aCustomer(), [one.slug]: first } });
    const { id } = body.data;
    expect(await foundBy(`${first}%20default`)).toEqual([[id]]);
    await setValue({ id }, { [two.slug]: second });
    expect(await foundBy(`${first}%20${second}`, `${first}%20default`)).toEqual([[id], []]);
  });

  test('are found, or not found any more, once the background work has seen the customers', async () => {
    const field = await createField(store, flow.id);
    const [word, address] = [aWord(), aWord()];
    const { body } = await store.admin.post('/v2/customers', { data: { ...aCustomer(), [field.slug]: word } });
    const { id } = body.data;
    await createAddress(store.admin, id, { line_1: address });
    await sweep();
    const steps: [isFound: boolean, step: () => Promise<{ status: number }>][] = [
      [true, () => change(field.id, { searchable: true })],
      [false, () => change(field.id, { enabled: false })],
      [true, () => change(field.id, { enabled: true })],
      [false, () => store.admin.put(`/v2/flows/${flow.id}`, { data: { enabled: false } })],
      [true, () => store.admin.put(`/v2/flows/${flow.id}`, { data: { enabled: true } })],
      [false, () => change(field.id, { searchable: false })],
      [true, () => change(field.id, { searchable: true })],
      [false, () => store.admin.delete(`/v2/fields/${field.id}`)],
    ];
    for (const [isFound, step] of steps) {
      expect((await step()).status).toBeLessThan(300);
      await sweep();
      expect(await foundBy(word, address)).toEqual([isFound ? [id] : [], [id]]);
    }
  });

  test('that change while customers are written are found as they are in the end', async () => {
    const field = await createField(store, flow.id);
    const words = Array.from({ length: 8 }, aWord);
    const made = words.map(word => store.admin.post('/v2/customers', { data: { ...aCustomer(), [field.slug]: word } }));
    await Promise.all([
      ...made,
      ...[true, false, true].map(searchable => change(field.id, { searchable })),
      sweep(),
      change(field.id, { searchable: true }),
    ]);
    await change(field.id, { searchable: true });
    await sweep();
    const ids = (await Promise.all(made)).map(({ body }) => [body.data.id]);
    expect(await foundBy(...words)).toEqual(ids);
  });
});

describe('customers who are older than the search', () => {
  const sweep = () => backgroundWork(app.database).atTimes['search-texts']?.work();

  async function forgetTexts(): Promise<void> {
    await app.query('delete from customer_search_sweeps; delete from customer_search');
  }

  test('are found once the background work has seen them, with their addresses', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const [name, street] = [aWord(), aWord()];
        const customer = await createCustomer(app, { name });
        await createAddress(app.admin, customer.id, { line_1: street });
        return { customer, search: `${street} ${name}` };
      }),
    );
    await forgetTexts();
    // One is written before its turn.
    const [first] = made;
    const added = aWord();
    await createAddress(app.admin, first?.customer.id ?? '', { line_1: added });
    expect(await found(first?.customer ?? { id: '' }, [first?.search ?? '', added])).toEqual([added]);
    await sweep();
    for (const { customer, search } of made) expect(await found(customer, [search])).toEqual([search]);
    expect(await found(first?.customer ?? { id: '' }, [added])).toEqual([added]);
  });

  test('are found with what is written at the same moment', async () => {
    const customers = await Promise.all(Array.from({ length: 10 }, () => createCustomer(app)));
    await forgetTexts();
    const words = customers.map(() => [aWord(), aWord()] as const);
    await Promise.all([
      sweep(),
      sweep(),
      ...customers.flatMap(({ id }, index) => [
        createAddress(app.admin, id, { line_1: words[index]?.[0] }),
        app.admin.put(`/v2/customers/${id}`, { data: { name: words[index]?.[1] } }),
      ]),
    ]);
    await sweep();
    for (const [index, customer] of customers.entries()) {
      expect(await found(customer, words[index] ?? [])).toEqual([...(words[index] ?? [])]);
    }
  });

  test('are seen again a day later, since a previous version may have written past the search', async () => {
    await sweep();
    const [before, after] = [aWord(), aWord()];
    const customer = await createCustomer(app, { name: before });
    await app.query('update customers set name = $2, name_key = $2 where id = $1', [customer.id, after]);
    await sweep();
    expect(await found(customer, [before, after])).toEqual([before]);
    await app.query(`update customer_search_sweeps set starts_at = starts_at - interval '1 day'`);
    await sweep();
    expect(await found(customer, [before, after])).toEqual([after]);
  });
});
