import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, aFlow, anAddress, aProduct, createCustomer, createField, createFlow } from './support/builders.ts';
import { unknownId } from './support/expectations.ts';
import { type Answer, startTestApp, type TestApp } from './support/test-app.ts';

/** "One entry per failed field" (reference: README.md, "Errors"), whichever of its rules a field has broken. */

let app: TestApp;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
  const { id } = await createCustomer(app);
  path = `/v2/customers/${id}`;
  for (const slug of ['customers', 'addresses', 'products']) {
    const flow = await createFlow(app, aFlow({ name: slug, slug }));
    await createField(app, flow.id, { slug: 'points', name: 'Points', field_type: 'integer' });
  }
});
afterAll(() => app.close());

const faults = ({ status, body }: Answer) => ({
  status,
  details: Object.fromEntries(
    body.errors.map(({ source, detail }: { source: string; detail: string }) => [source, detail]),
  ),
});

const points = { 'data.points': 'The data.points must be an integer.' };
const required = (name: string) => ({ [`data.${name}`]: `The data.${name} field is required.` });

describe('a new customer', () => {
  test('is told of the password beside what is missing', async () => {
    const answer = await app.admin.post('/v2/customers', { data: { type: 'customer', password: 'short' } });
    expect(faults(answer)).toEqual({
      status: 422,
      details: {
        ...required('name'),
        ...required('email'),
        'data.password': 'The data.password must be at least 8 characters.',
      },
    });
  });

  test('is told of fields beside the password', async () => {
    const answer = await app.admin.post('/v2/customers', { data: aCustomer({ password: 'short', points: 'z' }) });
    expect(faults(answer)).toEqual({
      status: 422,
      details: { 'data.password': 'The data.password must be at least 8 characters.', ...points },
    });
  });

  test('gets no more than twenty entries', async () => {
    const flow = (await app.admin.get('/v2/flows')).body.data.find(
      ({ slug }: { slug: string }) => slug === 'customers',
    );
    const slugs = Array.from({ length: 25 }, (_, index) => `f${index}`);
    for (const slug of slugs) await createField(app, flow.id, { slug, name: slug, field_type: 'integer' });
    const sent = Object.fromEntries(slugs.map(slug => [slug, 'z']));
    const answer = await app.admin.post('/v2/customers', { data: { type: 'customer', ...sent } });
    expect(answer.body.errors).toHaveLength(20);
    expect(answer.body.errors[0].source).toBe('data.name');
  });
});

test('a change of a customer is told of another id, the password and fields at once', async () => {
  const data = { type: 'x', id: unknownId, name: null, password: 'short', points: 'z' };
  expect(faults(await app.admin.put(path, { data }))).toEqual({
    status: 422,
    details: {
      'data.type': 'The data.type must be customer.',
      ...required('name'),
      'data.id': `The data.id must be ${path.split('/').at(-1)}.`,
      'data.password': 'The data.password must be at least 8 characters.',
      ...points,
    },
  });
});

describe('an address', () => {
  test('is told of what is missing beside what has the wrong type', async () => {
    const answer = await app.admin.post(`${path}/addresses`, { data: { type: 'address', first_name: 1, points: 'z' } });
    expect(faults(answer)).toEqual({
      status: 422,
      details: {
        'data.first_name': 'The data.first_name must be a string.',
        ...required('last_name'),
        ...required('line_1'),
        ...required('county'),
        ...required('postcode'),
        ...required('country'),
        ...points,
      },
    });
  });

  test('that is changed is told of mandatory fields that were sent, and not of others', async () => {
    const { body } = await app.admin.post(`${path}/addresses`, { data: anAddress({ county: 'Kent', region: '' }) });
    const data = { first_name: 1, last_name: ' ', region: '', points: 'z' };
    expect(faults(await app.admin.put(`${path}/addresses/${body.data.id}`, { data }))).toEqual({
      status: 422,
      details: { 'data.first_name': 'The data.first_name must be a string.', ...required('last_name'), ...points },
    });
  });
});

test('a product is told of its fields beside its own members', async () => {
  const answer = await app.admin.post('/v2/products', { data: aProduct({ name: '', points: 'z' }) });
  expect(faults(answer)).toEqual({ status: 422, details: { ...required('name'), ...points } });
});

test.each([
  ['null', null],
  ['a text', 'x'],
  ['a list', []],
  ['nothing', undefined],
])('data that is %s is told as before', async (_, data) => {
  const { status } = await app.admin.post('/v2/customers', { data });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});
