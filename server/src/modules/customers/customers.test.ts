import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, anAddress, createCustomer, signUp } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const failedValidation = (...entries: [source: string, detail: string][]) => ({
  errors: entries.map(([source, detail]) => ({ status: 422, title: 'Failed Validation', detail, source })),
});
const notFound = {
  errors: [{ status: 404, title: 'Not Found', detail: 'The requested customer could not be found' }],
};
const emailTaken = {
  errors: [
    { status: 409, title: 'Conflict', detail: 'A customer with this email already exists', source: 'data.email' },
  ],
};

const create = (changes: Record<string, unknown>) => app.admin.post('/v2/customers', { data: aCustomer(changes) });
const read = async (id: string) => (await app.admin.get(`/v2/customers/${id}`)).body.data;

describe('the object', () => {
  test('a created customer is answered with 201 and exactly the fields of the contract, and read back the same', async () => {
    const body = aCustomer({ password: 'correct-horse-9', external_ref: 'crm-88121' });
    const created = await app.admin.post('/v2/customers', { data: body });
    expect(created).toMatchObject({ status: 201, headers: { 'content-type': 'application/json; charset=utf-8' } });
    const { created_at } = created.body.data.meta.timestamps;
    expect(created.body).toEqual({
      data: {
        id: expect.stringMatching(uuid),
        type: 'customer',
        name: body.name,
        email: body.email,
        password: true,
        external_ref: 'crm-88121',
        meta: { timestamps: { created_at: expect.stringMatching(time), updated_at: created_at } },
      },
    });
    const found = await app.admin.get(`/v2/customers/${created.body.data.id}`);
    expect(found).toMatchObject({ status: 200, body: created.body });
  });

  test('a customer without password and external_ref shows password false and no external_ref', async () => {
    const customer = await createCustomer(app);
    expect(Object.keys(customer).sort()).toEqual(['email', 'id', 'meta', 'name', 'password', 'type']);
    expect(customer.password).toBe(false);
  });

  test.each([
    'Conan O’Brien-O’Neill',
    "O'Neill",
    'Łukasz Żółć',
    'محمد بن سلمان',
    'שרה \u200fכהן',
    '山田 太郎',
    'ศรีสุดา',
    '👩🏽‍🚀 Zoë',
    '"; drop table customers; --',
    '<script>alert(1)</script>',
    '\\x00 \\u0000 %00',
  ])('the name %j is kept as it is', async name => {
    const customer = await createCustomer(app, { name });
    expect(customer.name).toBe(name);
    expect((await read(customer.id)).name).toBe(name);
  });

  test('a name has up to 255 characters, counted after it was trimmed', async () => {
    const customer = await createCustomer(app, { name: ` \t${'n'.repeat(255)}\n ` });
    expect(customer.name).toBe('n'.repeat(255));
    const emoji = '👩'.repeat(255);
    expect((await createCustomer(app, { name: emoji })).name).toBe(emoji);
    expect(await create({ name: 'n'.repeat(256) })).toMatchObject({
      status: 422,
      body: failedValidation(['data.name', 'The data.name may not be greater than 255 characters.']),
    });
  });

  test('the e-mail is kept as typed', async () => {
    const email = `Ada.Okafor+Shop.${Date.now()}@Example.COM`;
    const customer = await createCustomer(app, { email });
    expect((await read(customer.id)).email).toBe(email);
  });

  test('an e-mail has up to 254 characters', async () => {
    const ofLength = (length: number) => `a@${'b'.repeat(length - 6)}.com`;
    expect((await createCustomer(app, { email: ofLength(254) })).email).toBe(ofLength(254));
    expect(await create({ email: ofLength(255) })).toMatchObject({
      status: 422,
      body: failedValidation(['data.email', 'The data.email may not be greater than 254 characters.']),
    });
  });

  test('external_ref is not unique, may be empty and up to 2048 characters long, and null removes it', async () => {
    const longest = 'r'.repeat(2048);
    const [first, second] = [
      await createCustomer(app, { external_ref: longest }),
      await createCustomer(app, { external_ref: longest }),
    ];
    expect(second.external_ref).toBe(longest);
    const cleared = await app.admin.put(`/v2/customers/${first.id}`, { data: { external_ref: null } });
    expect(cleared.status).toBe(200);
    expect(cleared.body.data).not.toHaveProperty('external_ref');
    expect(await read(first.id)).not.toHaveProperty('external_ref');
    const empty = await app.admin.put(`/v2/customers/${first.id}`, { data: { external_ref: '' } });
    expect(empty.body.data.external_ref).toBe('');
    expect(await createCustomer(app, { external_ref: null })).not.toHaveProperty('external_ref');
    expect(await create({ external_ref: `${longest}r` })).toMatchObject({
      status: 422,
      body: failedValidation(['data.external_ref', 'The data.external_ref may not be greater than 2048 characters.']),
    });
  });
});

describe('bodies', () => {
  test('what the server decides and what it does not know is ignored', async () => {
    const customer = await createCustomer(app, {
      id: unknownId,
      meta: { timestamps: { created_at: '1999-01-01T00:00:00.000Z' } },
      store_id: unknownId,
      password_hash: 'x',
      relationships: {},
      role: 'admin',
    });
    expect(customer).toMatchObject({ id: expect.not.stringMatching(unknownId), password: false });
    expect(customer).not.toHaveProperty('role');
    expect(customer.meta.timestamps.created_at > '2020').toBe(true);
  });

  test.each(['', null, unknownId, 7])('an id of %j in a create body is ignored, as storefronts send it', async id => {
    expect(await create({ id })).toMatchObject({ status: 201, body: { data: { id: expect.stringMatching(uuid) } } });
  });

  test('a missing type is assumed, a wrong one is 422', async () => {
    const { type: _, ...withoutType } = aCustomer();
    expect((await app.admin.post('/v2/customers', { data: withoutType })).status).toBe(201);
    const wrong = failedValidation(['data.type', 'The data.type must be customer.']);
    const customer = await createCustomer(app);
    for (const type of ['address', 'Customer', '', null, 1]) {
      expect(await create({ type })).toMatchObject({ status: 422, body: wrong });
      expect(await app.admin.put(`/v2/customers/${customer.id}`, { data: { type } })).toMatchObject({
        status: 422,
        body: wrong,
      });
    }
  });

  test('a body wrapped twice is unwrapped, and keys beside data are ignored', async () => {
    const body = aCustomer();
    const answer = await app.admin.post('/v2/customers', { data: { data: body }, options: { a: 1 } });
    expect(answer).toMatchObject({ status: 201, body: { data: { name: body.name, email: body.email } } });
  });

  test.each([
    [undefined],
    ['{}'],
    ['[]'],
    ['null'],
    ['"data"'],
    ['{"data":null}'],
    ['{"data":[]}'],
    ['{"data":"x"}'],
    ['{"name":"Ada","email":"ada@example.com"}'],
  ])('creating or changing with the body %s answers 400: data is required', async body => {
    const expected = {
      status: 400,
      body: { errors: [{ status: 400, title: 'Bad Request', detail: 'The data object is required' }] },
    };
    expect(await app.admin.post('/v2/customers', body)).toMatchObject(expected);
    const customer = await createCustomer(app);
    expect(await app.admin.put(`/v2/customers/${customer.id}`, body)).toMatchObject(expected);
  });

  test.each(['{"data":', "{'data':{}}", '{"data":{}}}', 'data=x'])('the body %s answers 400: not JSON', async body => {
    expect(await app.admin.post('/v2/customers', body)).toMatchObject({
      status: 400,
      body: { errors: [{ status: 400, title: 'Bad Request', detail: 'The request body is not valid JSON' }] },
    });
  });

  test.each([
    ['name', undefined, 'The data.name field is required.'],
    ['name', null, 'The data.name field is required.'],
    ['name', '', 'The data.name field is required.'],
    ['name', ' \t\n\u3000', 'The data.name field is required.'],
    ['name', 7, 'The data.name must be a string.'],
    ['name', ['Ada'], 'The data.name must be a string.'],
    ['name', 'A\0da', 'The data.name contains characters that cannot be stored.'],
    ['name', 'A\ud800', 'The data.name contains characters that cannot be stored.'],
    ['email', undefined, 'The data.email field is required.'],
    ['email', null, 'The data.email field is required.'],
    ['email', '', 'The data.email field is required.'],
    ['email', false, 'The data.email must be a string.'],
    ['email', 'ada', 'The data.email must be a valid email address.'],
    ['email', ' ada@example.com', 'The data.email must be a valid email address.'],
    ['external_ref', 7, 'The data.external_ref must be a string.'],
    ['external_ref', {}, 'The data.external_ref must be a string.'],
    ['external_ref', 'a\0', 'The data.external_ref contains characters that cannot be stored.'],
  ])('%s %j answers 422: %s', async (field, value, detail) => {
    const expected = { status: 422, body: failedValidation([`data.${field}`, detail]) };
    const { body, status } = await create({ [field]: value });
    expect({ status, body }).toEqual(expected);
    if (value === undefined) return;
    const customer = await createCustomer(app);
    const changed = await app.admin.put(`/v2/customers/${customer.id}`, { data: { [field]: value } });
    expect({ status: changed.status, body: changed.body }).toEqual(expected);
    expect(await read(customer.id)).toEqual(customer);
  });

  test('every faulty field gets one entry', async () => {
    const answer = await create({ name: 7, email: 'x', password: 7, external_ref: 7 });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((entry: { source: string }) => entry.source).sort()).toEqual([
      'data.email',
      'data.external_ref',
      'data.name',
      'data.password',
    ]);
  });
});

describe('duplicate e-mails', () => {
  test('creating with a taken e-mail, in whatever case, answers 409 and stores nothing', async () => {
    const email = `Taken-${Date.now()}@Example.com`;
    await createCustomer(app, { email });
    for (const again of [email, email.toUpperCase(), email.toLowerCase()]) {
      const { status, body } = await create({ email: again });
      expect({ status, body }).toEqual({ status: 409, body: emailTaken });
    }
    const found = await app.admin.get(`/v2/customers?filter=eq(email,${email})`);
    expect(found.body.meta.results.total).toBe(1);
  });

  test('non-ASCII letters are compared without regard to case too', async () => {
    const local = `straße-ÄRGER-${Date.now()}`;
    await createCustomer(app, { email: `${local}@bücher.example` });
    expect((await create({ email: `${local.toLowerCase()}@BÜCHER.example` })).status).toBe(409);
  });

  test('changing to a taken e-mail answers 409 and changes nothing; changing the case of the own e-mail works', async () => {
    const [one, two] = [await createCustomer(app), await createCustomer(app)];
    const { status, body } = await app.admin.put(`/v2/customers/${two.id}`, {
      data: { email: one.email.toUpperCase(), name: 'Changed' },
    });
    expect({ status, body }).toEqual({ status: 409, body: emailTaken });
    expect(await read(two.id)).toEqual(two);
    const own = await app.admin.put(`/v2/customers/${one.id}`, { data: { email: one.email.toUpperCase() } });
    expect(own).toMatchObject({ status: 200, body: { data: { email: one.email.toUpperCase() } } });
  });

  test('two stores may hold the same e-mail', async () => {
    const other = await app.addStore();
    const { email } = await createCustomer(app);
    expect((await createCustomer(other, { email })).email).toBe(email);
  });
});

describe('changes', () => {
  test('keys that are not sent keep their value, and updated_at moves', async () => {
    const customer = await createCustomer(app, { password: 'correct-horse-9', external_ref: 'crm-1' });
    await nextMillisecond();
    const changed = await app.admin.put(`/v2/customers/${customer.id}`, { data: { type: 'customer', name: 'Ada O.' } });
    const { updated_at } = changed.body.data.meta.timestamps;
    expect(changed).toMatchObject({ status: 200 });
    expect(changed.body.data).toEqual({
      ...customer,
      name: 'Ada O.',
      meta: { timestamps: { created_at: customer.meta.timestamps.created_at, updated_at } },
    });
    expect(updated_at > customer.meta.timestamps.updated_at).toBe(true);
    expect(await read(customer.id)).toEqual(changed.body.data);
  });

  test('sending back the object as it was answered changes nothing, not even updated_at', async () => {
    const customer = await createCustomer(app, { password: 'correct-horse-9', external_ref: 'crm-1' });
    for (const data of [customer, {}, { unknown: 1 }]) {
      const answer = await app.admin.put(`/v2/customers/${customer.id}`, { data });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { data: customer } });
    }
  });

  test('an id that equals that of the path is accepted, another is 422', async () => {
    const customer = await createCustomer(app);
    const path = `/v2/customers/${customer.id}`;
    for (const id of [customer.id, customer.id.toUpperCase()]) {
      expect((await app.admin.put(path, { data: { id, name: 'Same' } })).status).toBe(200);
    }
    for (const id of ['', unknownId]) {
      expect(await app.admin.put(path, { data: { id, name: 'Other' } })).toMatchObject({
        status: 422,
        body: failedValidation(['data.id', `The data.id must be ${customer.id}.`]),
      });
    }
    expect(await app.admin.put(path, { data: { id: 7 } })).toMatchObject({
      status: 422,
      body: failedValidation(['data.id', 'The data.id must be a string.']),
    });
    expect((await read(customer.id)).name).toBe('Same');
  });
});

describe('ids and paths', () => {
  test.each(['get', 'put', 'delete'] as const)(
    '%s of an unknown id, or of what is no id, answers 404',
    async method => {
      for (const id of [unknownId, 'x', '1', '%00', "'", unknownId.slice(1), `${unknownId}0`]) {
        const path = `/v2/customers/${id}`;
        const { status, body } =
          method === 'put' ? await app.admin.put(path, { data: { name: 'x' } }) : await app.admin[method](path);
        expect({ status, body }).toEqual({ status: 404, body: notFound });
      }
    },
  );

  test('a trailing slash, repeated slashes and an upper-case id name the same resource', async () => {
    const customer = await createCustomer(app);
    for (const path of [
      `/v2/customers/${customer.id}/`,
      `/v2//customers///${customer.id}`,
      `/v2/customers/${customer.id.toUpperCase()}`,
    ]) {
      expect(await app.admin.get(path)).toMatchObject({ status: 200, body: { data: customer } });
    }
    expect((await app.admin.post('/v2/customers/', { data: aCustomer() })).status).toBe(201);
  });
});

describe('deletion', () => {
  test('a deleted customer is gone with their addresses, and a second delete answers 404', async () => {
    const customer = await createCustomer(app);
    const path = `/v2/customers/${customer.id}`;
    await app.admin.post(`${path}/addresses`, { data: anAddress() });
    const deleted = await app.admin.delete(path);
    expect({ status: deleted.status, body: deleted.body }).toEqual({ status: 204, body: '' });
    expect((await app.admin.get(path)).status).toBe(404);
    expect((await app.admin.get(`${path}/addresses`)).status).toBe(404);
    const again = await app.admin.delete(path);
    expect({ status: again.status, body: again.body }).toEqual({ status: 404, body: notFound });
    const left = await app.query('select 1 from addresses where customer_id = $1', [customer.id]);
    expect(left.rowCount).toBe(0);
  });

  test('a delete with a body is a delete, and the e-mail is free again', async () => {
    const customer = await createCustomer(app);
    expect((await app.admin.delete(`/v2/customers/${customer.id}`, { data: {} })).status).toBe(204);
    expect((await create({ email: customer.email })).status).toBe(201);
  });

  test('a shopper deletes their own account, and the token ends with it', async () => {
    const { customer, shopper } = await signUp(app);
    expect((await shopper.delete(`/v2/customers/${customer.id}`)).status).toBe(204);
    const again = await shopper.delete(`/v2/customers/${customer.id}`);
    expect({ status: again.status, body: again.body }).toEqual({
      status: 403,
      body: { errors: [{ status: 403, title: 'Forbidden', detail: 'The customer token is invalid or has expired' }] },
    });
  });
});

describe('sign-up with a public token', () => {
  test('creates a customer, and gives no right to read or change them', async () => {
    const body = aCustomer({ password: 'correct-horse-9' });
    const created = await app.storefront.post('/v2/customers', { data: body });
    expect(created).toMatchObject({ status: 201, body: { data: { name: body.name, password: true } } });
    const path = `/v2/customers/${created.body.data.id}`;
    const refused = {
      status: 403,
      body: {
        errors: [{ status: 403, title: 'Forbidden', detail: 'This action is not permitted for this access token' }],
      },
    };
    expect(await app.storefront.get(path)).toMatchObject(refused);
    expect(await app.storefront.put(path, { data: { name: 'x' } })).toMatchObject(refused);
    expect(await app.storefront.delete(path)).toMatchObject(refused);
    // Unknown ids answer the same, so that ids cannot be probed.
    expect(await app.storefront.get(`/v2/customers/${unknownId}`)).toMatchObject(refused);
  });

  test('can be switched off by the store: 403, while an admin still creates', async () => {
    const store = await app.addStore();
    await changeStore(app.database, store.id, { is_sign_up_open: false });
    await expect
      .poll(async () => (await store.storefront.post('/v2/customers', { data: aCustomer() })).status)
      .toBe(403);
    const customer = await createCustomer(store, { password: 'correct-horse-9' });
    expect(customer.password).toBe(true);
    const signIn = { data: { email: customer.email, password: 'correct-horse-9' } };
    expect((await store.storefront.post('/v2/customers/tokens', signIn)).status).toBe(201);
  });
});
