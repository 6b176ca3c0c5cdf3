import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createCustomer } from './support/builders.ts';
import { createSubject, protectedRoutes, requestTo, type Subject } from './support/route-requests.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';

/** The rules for bodies that hold on every route (reference: README.md, "Content types and bodies"). */

let app: TestApp;
let subject: Subject;

beforeAll(async () => {
  app = await startTestApp();
  subject = await createSubject(app);
});
afterAll(() => app.close());

async function send(route: string, payload: string | Buffer | undefined, headers: Record<string, string> = {}) {
  const { method, url } = requestTo(route, subject);
  const { status, body } = await app.send({
    method,
    url,
    headers: { 'content-type': 'application/json', ...app.admin.headers, ...headers },
    ...(payload !== undefined && { payload }),
  });
  return { status, body };
}

const badRequest = (detail: string) => ({
  status: 400,
  body: { errors: [{ status: 400, title: 'Bad Request', detail }] },
});
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** A DELETE reads a body only where it says what to take from a list. */
const readsBody = (route: string) => /^(?:POST|PUT) |^DELETE .*\/relationships\//.test(route);
const ignoresBody = (route: string) => route.startsWith('DELETE ') && !readsBody(route);

describe.each(protectedRoutes.filter(readsBody))('%s', route => {
  test('with a body that is not JSON, or not UTF-8, answers 400', async () => {
    const answers = [];
    for (const body of ['{', 'data=x', "{'data':{}}", '{"data":{},}', 'NaN', Buffer.from([0x22, 0xff, 0x22])]) {
      answers.push(await send(route, body));
    }
    expect(answers).toEqual(answers.map(() => badRequest('The request body is not valid JSON')));
  });

  test('with a body nested deeper than 32 levels answers 400', async () => {
    const expected = badRequest('The request body is nested deeper than 32 levels');
    expect(await send(route, `{"data":{"a":${nested(40)}}}`)).toEqual(expected);
  });
});

test.each(protectedRoutes.filter(route => route.startsWith('GET ')))(
  '%s with a JSON content type and no body is a request without a body',
  async route => {
    const { success } = requestTo(route, subject);
    for (const payload of [undefined, '']) expect((await send(route, payload)).status).toBe(success);
  },
);

describe('a customer is created', () => {
  const create = (body: string | Buffer, headers: Record<string, string> = {}) =>
    send('POST /v2/customers', body, headers);
  const wrap = (data: object) => JSON.stringify({ data });

  test('whatever the content type says, and without one', async () => {
    const types = ['application/json; charset=utf-8', 'application/vnd.api+json', 'text/plain', 'APPLICATION/JSON'];
    for (const type of types) {
      expect([type, (await create(wrap(aCustomer()), { 'content-type': type })).status]).toEqual([type, 201]);
    }
    const { status } = await app.send({
      method: 'POST',
      url: '/v2/customers',
      headers: app.admin.headers,
      payload: Buffer.from(wrap(aCustomer())),
    });
    expect(status).toBe(201);
  });

  test('behind a byte order mark and white space', async () => {
    expect((await create(`\ufeff \r\n\t${wrap(aCustomer())}\n`)).status).toBe(201);
  });

  test('with the last of keys that come twice', async () => {
    const { email } = aCustomer();
    const { body } = await create(`{"data":{"name":"First","name":"Last","email":"${email}"}}`);
    expect(body.data.name).toBe('Last');
  });

  test('beside other keys, those of prototypes included, which do nothing', async () => {
    const { email } = aCustomer();
    const extra =
      '"__proto__":{"name":"From below"},"constructor":{"prototype":{"x":1}},"toString":null,"hasOwnProperty":1';
    const { status, body } = await create(
      `{${extra},"options":{"a":1},"data":{${extra},"name":"Ada","email":"${email}"}}`,
    );
    expect({ status, name: body.data.name }).toEqual({ status: 201, name: 'Ada' });
    expect(Object.keys(body.data).sort()).toEqual(['email', 'id', 'meta', 'name', 'password', 'type']);
    const below = await create('{"data":{"__proto__":{"name":"Ada","email":"ada@example.com"}}}');
    expect(below.status).toBe(422);
  });

  test('from a body that is wrapped twice, but not from one with more beside the inner data', async () => {
    expect((await create(wrap({ data: aCustomer() }))).status).toBe(201);
    expect((await create(JSON.stringify({ data: { data: aCustomer() }, options: {} }))).status).toBe(201);
    expect((await create(wrap({ data: aCustomer(), other: 1 }))).status).toBe(422);
    expect((await create(wrap({ data: { data: aCustomer() } }))).status).toBe(422);
  });

  test('from a body of exactly 1 MiB, and not from one that is a byte longer', async () => {
    const start = wrap(aCustomer());
    expect((await create(start + ' '.repeat(1024 * 1024 - start.length))).status).toBe(201);
    expect(await create(start + ' '.repeat(1024 * 1024 - start.length + 1))).toEqual({
      status: 413,
      body: { errors: [{ status: 413, title: 'Payload Too Large', detail: 'The request body is too large' }] },
    });
  });
});

test.each(protectedRoutes.filter(ignoresBody))('%s ignores a body, whatever it holds', async route => {
  const { body } = await send(route, '{garbage');
  expect(JSON.stringify(body)).not.toContain('request body');
});

test('DELETE may carry a body, or white space for one', async () => {
  for (const body of [undefined, '', ' \n', '{}', '{"data":{}}', '[]', 'null', 'garbage', nested(40)]) {
    const customer = await createCustomer(app);
    const { status } = await app.admin.delete(`/v2/customers/${customer.id}`, body);
    expect([body, status]).toEqual([body, 204]);
  }
});
