import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCurrency, createCurrency } from '../../../test/support/builders.ts';
import { refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
let store: TestStore;
beforeAll(async () => {
  app = await startTestApp();
  store = await app.addStore();
});
afterAll(() => app.close());

const notFound = refusal(404, 'Not Found', 'currency not found');
const listOf = async (of: TestStore) => (await of.admin.get('/v2/currencies')).body.data;
const defaultOf = async (of: TestStore) =>
  (await listOf(of)).find((currency: { default: boolean }) => currency.default);

test('a new store has one currency: US dollars, default and enabled, readable by any access token', async () => {
  const fresh = await app.addStore();
  for (const caller of [fresh.admin, fresh.storefront]) {
    const { status, body } = await caller.get('/v2/currencies?page[limit]=1&page[offset]=1');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: [
          {
            id: expect.stringMatching(uuid),
            type: 'currency',
            code: 'USD',
            exchange_rate: 1,
            // biome-ignore lint/suspicious/noTemplateCurlyInString: the dollar is the currency's
            format: '${price}',
            decimal_point: '.',
            thousand_separator: ',',
            decimal_places: 2,
            default: true,
            enabled: true,
            links: { self: `${app.baseUrl}/v2/currencies/${body.data[0].id}` },
            meta: {
              timestamps: {
                created_at: expect.stringMatching(time),
                updated_at: body.data[0].meta.timestamps.created_at,
              },
            },
          },
        ],
      },
    });
  }
});

test('a currency is created without a type, as SDKs send it, read, changed in parts, and deleted', async () => {
  const { type: _, ...body } = aCurrency({
    code: 'EUR',
    format: '{price} €',
    decimal_point: ',',
    thousand_separator: '',
  });
  const created = await store.admin.post('/v2/currencies', { data: body });
  expect(created).toMatchObject({ status: 201, body: { data: { ...body, type: 'currency' } } });
  const url = `/v2/currencies/${created.body.data.id}`;
  expect(await store.storefront.get(url)).toMatchObject({ status: 200, body: created.body });

  const changed = await store.admin.put(url, {
    data: { id: created.body.data.id, exchange_rate: 1.25, enabled: false },
  });
  const { updated_at } = changed.body.data.meta.timestamps;
  expect(changed).toMatchObject({
    status: 200,
    body: {
      data: {
        ...created.body.data,
        exchange_rate: 1.25,
        enabled: false,
        meta: { timestamps: { ...created.body.data.meta.timestamps, updated_at } },
      },
    },
  });
  const same = await store.admin.put(url, { data: { type: 'currency', enabled: false } });
  expect(same.body.data.meta.timestamps.updated_at).toBe(updated_at);

  expect(await store.admin.delete(url)).toMatchObject({ status: 204, body: '' });
  expect(await store.admin.get(url)).toMatchObject(notFound);
});

test.each([
  [{ code: undefined }, 'required', 'code is required'],
  [{ code: 'gbp' }, 'format', 'code must be three capital letters'],
  [{ code: 'GBPS' }, 'format', 'code must be three capital letters'],
  [{ exchange_rate: 0 }, 'min', 'exchange_rate must be greater than 0'],
  [{ exchange_rate: '1' }, 'type', 'exchange_rate must be a number'],
  [{ format: '£' }, 'format', 'format must contain {price}'],
  [{ decimal_point: '' }, 'required', 'decimal_point is required'],
  [{ decimal_point: '..' }, 'max', 'decimal_point may not be greater than 1 characters'],
  [{ thousand_separator: null }, 'required', 'thousand_separator is required'],
  [{ decimal_places: -1 }, 'min', 'decimal_places must be at least 0'],
  [{ decimal_places: 5 }, 'max', 'decimal_places may not be greater than 4'],
  [{ decimal_places: '2.5' }, 'type', 'decimal_places must be an integer'],
  [{ default: 'true' }, 'type', 'default must be a boolean'],
  [{ enabled: undefined }, 'required', 'enabled is required'],
  [{ type: 'customer' }, 'enum', 'type must be currency'],
])('creating with %j answers 400 and stores nothing', async (change, title, detail) => {
  const before = await listOf(store);
  const data = aCurrency({ code: 'JPY', ...change });
  expect(await store.admin.post('/v2/currencies', { data })).toMatchObject(
    refusal(400, title, detail, `data.${Object.keys(change)[0]}`),
  );
  expect(await listOf(store)).toEqual(before);
});

test('decimal_places as text, from 0 to 4, is read as a number', async () => {
  const created = await createCurrency(store, { code: 'JPY', decimal_places: '0' });
  expect(created.decimal_places).toBe(0);
  const changed = await store.admin.put(`/v2/currencies/${created.id}`, { data: { decimal_places: '4' } });
  expect(changed.body.data.decimal_places).toBe(4);
});

test('a code that another currency of the store has is 400, on create and on update', async () => {
  const taken = refusal(
    400,
    'Currency already exists',
    'The specified currency code already exists for this store',
    'data.code',
  );
  expect(await store.admin.post('/v2/currencies', { data: aCurrency({ code: 'USD' }) })).toMatchObject(taken);
  const other = await createCurrency(store, { code: 'CHF' });
  const url = `/v2/currencies/${other.id}`;
  expect(await store.admin.put(url, { data: { code: 'USD' } })).toMatchObject(taken);
  expect((await store.admin.get(url)).body.data).toEqual(other);
});

test('an eleventh currency is 422', async () => {
  const full = await app.addStore();
  for (let index = 1; index < 10; index += 1) await createCurrency(full, { code: `AA${'ABCDEFGHI'[index - 1]}` });
  expect(await full.admin.post('/v2/currencies', { data: aCurrency() })).toMatchObject(
    refusal(422, 'Failed Validation', 'A store has at most 10 currencies'),
  );
  expect(await listOf(full)).toHaveLength(10);
});

test('unknown ids, ids that are none and currencies of another store are 404', async () => {
  const foreign = await defaultOf(app);
  for (const id of [unknownId, 'USD', foreign.id]) {
    const url = `/v2/currencies/${id}`;
    expect(await store.admin.get(url)).toMatchObject(notFound);
    expect(await store.admin.put(url, { data: { enabled: true } })).toMatchObject(notFound);
    expect(await store.admin.delete(url)).toMatchObject(notFound);
  }
  expect(await defaultOf(app)).toEqual(foreign);
});

test('another id in the body than in the path is 400; a filter is 400', async () => {
  const { id } = await defaultOf(store);
  expect(await store.admin.put(`/v2/currencies/${id}`, { data: { id: unknownId } })).toMatchObject(
    refusal(400, 'enum', `id must be ${id}`, 'data.id'),
  );
  expect(await store.admin.get('/v2/currencies?filter=eq(code,USD)')).toMatchObject(
    refusal(400, 'Bad Request', 'Could not parse the supplied filter'),
  );
});

describe('the default currency', () => {
  test('is the last one that was made it, by create or by update', async () => {
    const own = await app.addStore();
    const dollars = await defaultOf(own);
    const pounds = await createCurrency(own, { default: true });
    expect(await defaultOf(own)).toEqual(pounds);
    expect((await own.admin.get(`/v2/currencies/${dollars.id}`)).body.data.default).toBe(false);
    await own.admin.put(`/v2/currencies/${dollars.id}`, { data: { default: true } });
    expect((await listOf(own)).map((each: { default: boolean }) => each.default)).toEqual([true, false]);
  });

  test('cannot be deleted, disabled, unset, or be a disabled one', async () => {
    const own = await app.addStore();
    const dollars = await defaultOf(own);
    const url = `/v2/currencies/${dollars.id}`;
    const first = 'Make another currency the default before';
    const disabled = refusal(400, 'Cannot disable the default currency', first, 'data.enabled');
    expect(await own.admin.delete(url)).toMatchObject(refusal(400, 'Cannot delete the default currency', first));
    expect(await own.admin.put(url, { data: { enabled: false } })).toMatchObject(disabled);
    expect(await own.admin.put(url, { data: { default: false } })).toMatchObject(
      refusal(400, 'Cannot unset the default currency', 'Make another currency the default instead', 'data.default'),
    );
    const off = await createCurrency(own, { enabled: false });
    expect(await own.admin.put(`/v2/currencies/${off.id}`, { data: { default: true } })).toMatchObject(disabled);
    expect(
      await own.admin.post('/v2/currencies', { data: aCurrency({ code: 'EUR', default: true, enabled: false }) }),
    ).toMatchObject(disabled);
    expect(await listOf(own)).toEqual([dollars, off]);
  });

  test('is exactly one after 40 changes of it at once, on two processes', async () => {
    const own = await app.addStore();
    const other = (await app.addInstance()).as(own.admin);
    const currencies = [await defaultOf(own)];
    for (const code of ['GBP', 'EUR', 'CHF']) currencies.push(await createCurrency(own, { code }));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const caller = index % 2 ? own.admin : other;
        const { id } = currencies[index % 4];
        if (index % 10 === 9) return caller.delete(`/v2/currencies/${id}`);
        if (index % 10 === 8) {
          const code = `AA${String.fromCharCode(65 + index / 10)}`;
          return caller.post('/v2/currencies', { data: aCurrency({ code, default: true }) });
        }
        return caller.put(`/v2/currencies/${id}`, { data: { default: true } });
      }),
    );
    expect(answers.filter(({ status }) => ![200, 201, 204, 400, 404].includes(status))).toEqual([]);
    const left = await listOf(own);
    expect(left.filter((each: { default: boolean }) => each.default)).toHaveLength(1);
  });

  test('two currencies with one code, or an eleventh, never come from creates at once', async () => {
    const own = await app.addStore();
    const same = await Promise.all(
      Array.from({ length: 5 }, () => own.admin.post('/v2/currencies', { data: aCurrency() })),
    );
    expect(same.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400]);
    const many = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        own.admin.post('/v2/currencies', { data: aCurrency({ code: `AA${String.fromCharCode(65 + index)}` }) }),
      ),
    );
    expect(many.filter(({ status }) => status === 201)).toHaveLength(8);
    expect(await listOf(own)).toHaveLength(10);
  });
});
