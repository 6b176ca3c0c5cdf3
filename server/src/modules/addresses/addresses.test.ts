import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anAddress, createAddress, createCustomer, signUp } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { time, unknownId } from '../../../test/support/expectations.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';

let app: TestApp;
let customerId: string;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
  customerId = (await createCustomer(app)).id;
  path = `/v2/customers/${customerId}/addresses`;
});
afterAll(() => app.close());

const optional = ['name', 'phone_number', 'company_name', 'line_2', 'city', 'region', 'instructions'];
const mandatory = ['first_name', 'last_name', 'line_1', 'postcode', 'country'];

const create = (changes: Record<string, unknown>) => app.admin.post(path, { data: anAddress(changes) });
const change = (id: string, data: unknown) => app.admin.put(`${path}/${id}`, { data });
const read = async (id: string) => (await app.admin.get(`${path}/${id}`)).body.data;
const refused = (...entries: [field: string, detail: string][]) => ({
  status: 422,
  body: {
    errors: entries.map(([field, detail]) => ({
      status: 422,
      title: 'Failed Validation',
      detail,
      source: `data.${field}`,
    })),
  },
});
const required = (...fields: string[]) =>
  refused(...fields.map((field): [string, string] => [field, `The data.${field} field is required.`]));
const statusAndBody = ({ status, body }: { status: number; body: unknown }) => ({ status, body });

describe('the object', () => {
  test('a created address is answered with 201 and exactly the fields of the contract, and read back the same', async () => {
    const body = {
      type: 'address',
      name: 'Home',
      first_name: 'Ada',
      last_name: 'Okafor',
      company_name: 'Okafor & Söhne',
      phone_number: '+44 20 7946 0000',
      line_1: '12 Mill Lane',
      line_2: 'Flat 3',
      city: 'Leeds',
      county: 'West Yorkshire',
      region: 'England',
      postcode: 'LS1 4AB',
      country: 'GB',
      instructions: 'Ring twice',
    };
    const created = await app.admin.post(path, { data: body });
    const { id, meta } = created.body.data;
    expect(statusAndBody(created)).toEqual({
      status: 201,
      body: {
        data: {
          ...body,
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          relationships: { customer: { data: { type: 'customer', id: customerId } } },
          links: { self: `https://shop.example.test${path}/${id}` },
          meta: {
            timestamps: { created_at: expect.stringMatching(time), updated_at: meta.timestamps.created_at },
          },
        },
      },
    });
    expect(statusAndBody(await app.admin.get(`${path}/${id}`))).toEqual({ status: 200, body: created.body });
  });

  test('optional texts that were never set are "", and null clears them', async () => {
    const blank = Object.fromEntries(optional.map(field => [field, '']));
    const { name: _, city: __, ...least } = anAddress();
    const { status, body } = await app.admin.post(path, { data: least });
    expect(status).toBe(201);
    expect(body.data).toMatchObject(blank);
    const full = await createAddress(app.admin, customerId, Object.fromEntries(optional.map(field => [field, 'x'])));
    const cleared = await change(full.id, Object.fromEntries(optional.map(field => [field, null])));
    expect(cleared.body.data).toMatchObject(blank);
    expect(await read(full.id)).toMatchObject(blank);
  });

  test('texts of any script are kept as they are, blanks at the ends included', async () => {
    const texts = {
      first_name: ' Ñandú ',
      last_name: "O'Neill-Łukasz",
      line_1: '東京都千代田区丸の内１丁目',
      line_2: 'شارع الملك فهد',
      county: '🏡',
      company_name: '"; drop table addresses; --',
      instructions: 'Line one\nline two\ttab',
    };
    const { id } = await createAddress(app.admin, customerId, texts);
    expect(await read(id)).toMatchObject(texts);
  });

  test('a country is any text, since samples hold codes and full names', async () => {
    for (const country of ['UK', 'United Kingdom', 'x']) expect((await create({ country })).status).toBe(201);
  });

  test('phone_number and postcode may be numbers, which become texts', async () => {
    const { id, phone_number, postcode } = await createAddress(app.admin, customerId, {
      phone_number: 442079460000,
      postcode: 1010,
    });
    expect({ phone_number, postcode }).toEqual({ phone_number: '442079460000', postcode: '1010' });
    expect((await change(id, { postcode: 0, phone_number: 12 })).body.data).toMatchObject({
      postcode: '0',
      phone_number: '12',
    });
    expect(await read(id)).toMatchObject({ postcode: '0', phone_number: '12' });
    const answer = await app.admin.post(
      path,
      JSON.stringify({ data: anAddress() }).replace(/"postcode":"[^"]*"/, '"postcode":1e400'),
    );
    expect(statusAndBody(answer)).toEqual(refused(['postcode', 'The data.postcode must be a string.']));
  });

  test('first_name and last_name have up to 255 characters, every other text up to 2048', async () => {
    for (const field of [...optional, ...mandatory, 'county']) {
      const longest = field.startsWith('first') || field.startsWith('last') ? 255 : 2048;
      const { id } = await createAddress(app.admin, customerId, { [field]: 'é'.repeat(longest) });
      expect((await read(id))[field]).toBe('é'.repeat(longest));
      expect(await create({ [field]: 'x'.repeat(longest + 1) })).toMatchObject(
        refused([field, `The data.${field} may not be greater than ${longest} characters.`]),
      );
    }
  });
});

describe('bodies', () => {
  test.each(mandatory)(
    '%s is mandatory: missing, null, empty or blank is 422, on create and when it would be cleared',
    async field => {
      const { id } = await createAddress(app.admin, customerId);
      const { [field as 'line_1']: _, ...without } = anAddress();
      expect(statusAndBody(await app.admin.post(path, { data: without }))).toEqual(required(field));
      for (const blank of [null, '', ' \t\u3000']) {
        expect(statusAndBody(await create({ [field]: blank }))).toEqual(required(field));
        expect(statusAndBody(await change(id, { [field]: blank }))).toEqual(required(field));
      }
    },
  );

  test('an empty address gets one entry for each mandatory field', async () => {
    const { status, body } = await app.admin.post(path, { data: {} });
    expect(status).toBe(422);
    expect(body.errors.map((entry: { source: string }) => entry.source)).toEqual(
      [...mandatory, 'county'].map(field => `data.${field}`),
    );
  });

  test('of county and region one is enough, and the last of them cannot be cleared', async () => {
    expect(statusAndBody(await create({ county: undefined }))).toEqual(required('county'));
    expect(statusAndBody(await create({ county: '', region: ' ' }))).toEqual(required('county'));
    const { status, body } = await create({ county: undefined, region: 'England' });
    expect({ status, county: body.data.county, region: body.data.region }).toEqual({
      status: 201,
      county: '',
      region: 'England',
    });
    const { id } = body.data;
    expect(statusAndBody(await change(id, { region: '' }))).toEqual(required('county'));
    expect(statusAndBody(await change(id, { region: null, county: null }))).toEqual(required('county'));
    expect((await change(id, { region: '', county: 'Kent' })).status).toBe(200);
    expect((await change(id, { county: '', region: 'England' })).status).toBe(200);
    expect(await read(id)).toMatchObject({ county: '', region: 'England' });
  });

  test.each([
    ['first_name', 7, 'The data.first_name must be a string.'],
    ['line_1', ['x'], 'The data.line_1 must be a string.'],
    ['city', {}, 'The data.city must be a string.'],
    ['phone_number', true, 'The data.phone_number must be a string.'],
    ['postcode', [1], 'The data.postcode must be a string.'],
    ['instructions', 'a\0', 'The data.instructions contains characters that cannot be stored.'],
    ['line_2', '\udc00', 'The data.line_2 contains characters that cannot be stored.'],
    ['type', 'customer-address', 'The data.type must be address.'],
    ['type', null, 'The data.type must be address.'],
  ])('%s %j answers 422 and changes nothing: %s', async (field, value, detail) => {
    const address = await createAddress(app.admin, customerId);
    expect(statusAndBody(await create({ [field]: value }))).toEqual(refused([field, detail]));
    expect(statusAndBody(await change(address.id, { [field]: value }))).toEqual(refused([field, detail]));
    expect(await read(address.id)).toEqual(address);
  });

  test('what the server decides and what it does not know is ignored', async () => {
    for (const id of ['', null, unknownId, 7]) {
      const { status, body } = await create({
        id,
        customer_id: unknownId,
        company: 'x',
        relationships: { customer: { data: { type: 'customer', id: unknownId } } },
        links: { self: 'https://evil.test' },
        meta: { timestamps: { created_at: '1999-01-01T00:00:00.000Z' } },
      });
      expect(status).toBe(201);
      expect(body.data.id).not.toBe(unknownId);
      expect(body.data.links.self).toBe(`https://shop.example.test${path}/${body.data.id}`);
      expect(body.data.relationships.customer.data.id).toBe(customerId);
      expect(body.data.meta.timestamps.created_at > '2020').toBe(true);
      expect(body.data).not.toHaveProperty('company');
    }
  });

  test('a missing type is assumed, and a body wrapped twice is unwrapped', async () => {
    const { type: _, ...withoutType } = anAddress();
    expect((await app.admin.post(path, { data: withoutType })).status).toBe(201);
    expect((await app.admin.post(path, { data: { data: anAddress() } })).status).toBe(201);
  });

  test.each([[undefined], ['{}'], ['{"data":[]}'], ['{"data":null}'], ['{"first_name":"Ada"}']])(
    'the body %s answers 400: data is required',
    async body => {
      const { id } = await createAddress(app.admin, customerId);
      const expected = {
        status: 400,
        body: { errors: [{ status: 400, title: 'Bad Request', detail: 'The data object is required' }] },
      };
      expect(await app.admin.post(path, body)).toMatchObject(expected);
      expect(await app.admin.put(`${path}/${id}`, body)).toMatchObject(expected);
    },
  );
});

describe('changes', () => {
  test('keys that are not sent keep their value, and updated_at moves', async () => {
    const address = await createAddress(app.admin, customerId, { instructions: 'Ring twice' });
    await nextMillisecond();
    const { status, body } = await change(address.id, { type: 'address', line_1: '1 New Road' });
    const { updated_at } = body.data.meta.timestamps;
    expect(status).toBe(200);
    expect(body.data).toEqual({
      ...address,
      line_1: '1 New Road',
      meta: { timestamps: { created_at: address.meta.timestamps.created_at, updated_at } },
    });
    expect(updated_at > address.meta.timestamps.updated_at).toBe(true);
    expect(await read(address.id)).toEqual(body.data);
  });

  test('sending back the object as it was answered, or nothing, changes not even updated_at', async () => {
    const address = await createAddress(app.admin, customerId);
    for (const data of [address, {}, { type: 'address', unknown: 1 }]) {
      expect(statusAndBody(await change(address.id, data))).toEqual({ status: 200, body: { data: address } });
    }
  });

  test('an id that equals that of the path is accepted, another is 422', async () => {
    const { id } = await createAddress(app.admin, customerId);
    expect((await change(id, { id: id.toUpperCase(), city: 'York' })).status).toBe(200);
    for (const other of ['', unknownId]) {
      expect(statusAndBody(await change(id, { id: other, city: 'Bath' }))).toEqual(
        refused(['id', `The data.id must be ${id}.`]),
      );
    }
    expect((await read(id)).city).toBe('York');
  });

  test('changes of different fields at once never undo each other', async () => {
    const { id } = await createAddress(app.admin, customerId);
    const other = (await app.addInstance()).as(app.admin);
    for (let round = 0; round < 8; round += 1) {
      const changes = ['name', 'line_1', 'city', 'postcode'].map(field => ({ [field]: `${field} ${round}` }));
      const answers = await Promise.all(
        changes.map((data, index) => (index % 2 ? app.admin : other).put(`${path}/${id}`, { data })),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(await read(id)).toMatchObject(Object.assign({}, ...changes));
    }
  });
});

describe('deletion', () => {
  test('answers 204 with an empty body, and 404 the second time', async () => {
    const { id } = await createAddress(app.admin, customerId);
    expect(statusAndBody(await app.admin.delete(`${path}/${id}`))).toEqual({ status: 204, body: '' });
    const missing = {
      status: 404,
      body: {
        errors: [{ status: 404, title: 'Not Found', detail: 'The requested address could not be found' }],
      },
    };
    expect(statusAndBody(await app.admin.delete(`${path}/${id}`))).toEqual(missing);
    expect(statusAndBody(await app.admin.get(`${path}/${id}`))).toEqual(missing);
    expect(statusAndBody(await change(id, { city: 'x' }))).toEqual(missing);
  });

  test('ignores a body', async () => {
    const { id } = await createAddress(app.admin, customerId);
    expect((await app.admin.delete(`${path}/${id}`, { data: {} })).status).toBe(204);
  });
});

describe('ids', () => {
  test.each(['get', 'put', 'delete'] as const)(
    '%s answers 404 for an address that is unknown, of another customer, or no id',
    async method => {
      const foreign = await createAddress(app.admin, (await createCustomer(app)).id);
      const call = (caller: Caller, url: string) =>
        method === 'put' ? caller.put(url, { data: { city: 'x' } }) : caller[method](url);
      for (const id of [unknownId, foreign.id, 'x', '%00', `${unknownId}0`]) {
        expect(statusAndBody(await call(app.admin, `${path}/${id}`))).toEqual({
          status: 404,
          body: { errors: [{ status: 404, title: 'Not Found', detail: 'The requested address could not be found' }] },
        });
      }
      const own = await createAddress(app.admin, customerId);
      for (const id of [unknownId, 'x']) {
        expect(statusAndBody(await call(app.admin, `/v2/customers/${id}/addresses/${own.id}`))).toEqual({
          status: 404,
          body: { errors: [{ status: 404, title: 'Not Found', detail: 'customer not found' }] },
        });
      }
      expect((await read(own.id)).city).toBe(own.city);
    },
  );

  test('listing and adding answer 404 for an unknown customer', async () => {
    for (const id of [unknownId, 'x']) {
      for (const answer of [
        await app.admin.get(`/v2/customers/${id}/addresses`),
        await app.admin.get(`/v2/customers/${id}/addresses?page[limit]=1`),
        await app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() }),
      ]) {
        expect(statusAndBody(answer)).toEqual({
          status: 404,
          body: { errors: [{ status: 404, title: 'Not Found', detail: 'customer not found' }] },
        });
      }
    }
  });
});

test('a shopper keeps their own addresses, and no others', async () => {
  const { customer, shopper } = await signUp(app);
  const own = `/v2/customers/${customer.id}/addresses`;
  const address = await createAddress(shopper, customer.id);
  expect((await shopper.put(`${own}/${address.id}`, { data: { city: 'York' } })).body.data.city).toBe('York');
  expect((await shopper.get(own)).body.data.map(({ id }: { id: string }) => id)).toEqual([address.id]);
  expect((await shopper.delete(`${own}/${address.id}`)).status).toBe(204);
  expect((await shopper.get(own)).body).toEqual({ data: [], meta: { results: { total: 0 } } });
  const foreign = {
    status: 403,
    body: {
      errors: [
        { status: 403, title: 'Forbidden', detail: 'The customer token does not grant access to this customer' },
      ],
    },
  };
  expect(statusAndBody(await shopper.get(path))).toEqual(foreign);
  expect(statusAndBody(await shopper.post(path, { data: anAddress() }))).toEqual(foreign);
  // With the public token alone nobody plants an address (ambiguities.md, A2b).
  expect((await app.storefront.post(own, { data: anAddress() })).status).toBe(403);
});

test('the setting address_mandatory_fields makes exactly those fields mandatory', async () => {
  const store = await app.addStore();
  const { id } = await createCustomer(store);
  const own = `/v2/customers/${id}/addresses`;
  const least = await store.admin.post(own, { data: anAddress() });
  await changeStore(app.database, store.id, { address_mandatory_fields: ['city', 'line_1'] });
  await expect
    .poll(async () => statusAndBody(await store.admin.post(own, { data: {} })))
    .toEqual(required('city', 'line_1'));
  expect((await store.admin.post(own, { data: { city: 'Leeds', line_1: '12 Mill Lane' } })).status).toBe(201);
  const address = `${own}/${least.body.data.id}`;
  expect((await store.admin.put(address, { data: { first_name: '', county: '', country: null } })).status).toBe(200);
  expect(statusAndBody(await store.admin.put(address, { data: { city: ' ' } }))).toEqual(required('city'));

  await changeStore(app.database, store.id, { address_mandatory_fields: [] });
  await expect.poll(async () => (await store.admin.post(own, { data: {} })).status).toBe(201);
});
