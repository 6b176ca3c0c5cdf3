import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectCommonHeaders, expectErrorDocument, type ListeningApp, startListeningApp } from './support/listening.ts';
import type { RawAnswer } from './support/raw-http.ts';
import { createSubject, protectedRoutes, requestTo, type Subject } from './support/route-requests.ts';

let app: ListeningApp;
let agent: Agent;
/** Whom the requests are about; those that succeed may change them. */
let subject: Subject;
/** The properties that each route documents for `data`, by the name of the route. */
let documented: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  app = await startListeningApp();
  agent = new Agent({ keepAlive: true, maxSockets: 8 });
  subject = await createSubject(app);
  documented = propertiesOf((await app.admin.get('/openapi.json')).body);
});
afterAll(async () => {
  agent.destroy();
  await app.close();
});

/** These take whatever they are sent and read none of it. */
const readsNoBody = ['cancel', 'confirm'].map(
  action => `POST /v2/orders/:orderId/transactions/:transactionId/${action}`,
);

const routesWithBody = protectedRoutes.filter(route => /^(?:POST|PUT) /.test(route));

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface OpenApi {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The properties that an OpenAPI document names for `data`, by the name of the route. */
function propertiesOf({ paths, components }: OpenApi): Map<string, readonly string[]> {
  /** The names of all properties that a schema mentions at its top, through references, arrays and alternatives. */
  function namesIn(schema: Schema | undefined): string[] {
    if (schema === undefined) return [];
    const own = Object.keys(schema.properties ?? {});
    const named = schema.$ref === undefined ? undefined : components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return [...own, ...namesIn(named), ...namesIn(schema.items), ...(schema.anyOf ?? []).flatMap(namesIn)];
  }

  const found = new Map<string, readonly string[]>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const schema = requestBody?.content['application/json']?.schema;
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      if (schema !== undefined) found.set(route, [...new Set(namesIn(schema.properties?.data))]);
    }
  }
  return found;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request and gives the answer, which must come within a second and be no failure of the server. */
async function send({ method, path, body, headers }: Sent): Promise<RawAnswer> {
  const begin = performance.now();
  const answer = await new Promise<RawAnswer>((resolve, reject) => {
    const all = { 'content-type': 'application/json', ...app.admin.headers, ...headers };
    const sent = openRequest({ port: app.port, host: '127.0.0.1', method, path, agent, headers: all });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.end(body);
  });
  const took = performance.now() - begin;
  if (answer.status >= 400) expectErrorDocument(answer);
  else expectCommonHeaders(answer.headers);
  expect(took).toBeLessThan(slowMs);
  return answer;
}

/** An answer takes a few milliseconds; a second is promised; a machine that has other work to do gets some more. */
const slowMs = 4000;

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** JSON texts that look like what a field expects: where a check is missing they get as far as the database. */
const treacherous = ['"\\u0000"', '"\\ud800"', `"${'😀'.repeat(1000)}"`, '1e400', '-1', '99999999999999999999'];

/** JSON texts that hardly any field expects. */
const wrong = [
  'null',
  'true',
  '1.5',
  '""',
  '"\\ufeff "',
  '"__proto__"',
  `"'; drop table customers; --"`,
  '"%00\\r\\nset-cookie: a=b"',
  '[]',
  '[null]',
  '[[{}]]',
  '{}',
  '{"$ne":null}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"length":-1}',
  '{"0":"a","1":"b"}',
  deep(20),
];

/** The valid body of a route with the value in the place of these fields; JSON, since objects cannot hold every key. */
function bodyWith(data: unknown, fields: readonly string[], value: string): string {
  const item: Record<string, unknown> = Array.isArray(data) ? data[0] : data;
  const kept = Object.entries(item).filter(([name]) => !fields.includes(name));
  const members = [
    ...fields.map(name => `${JSON.stringify(name)}:${value}`),
    ...kept.map(([name, own]) => `${JSON.stringify(name)}:${JSON.stringify(own)}`),
  ];
  const text = `{${members.join()}}`;
  return `{"data":${Array.isArray(data) ? `[${text}]` : text}}`;
}

test.each(routesWithBody)('%s with any value in any field answers as the contract has it, or refuses', async route => {
  const own = documented.get(route) ?? [];
  expect(own.length === 0).toBe(readsNoBody.includes(route));
  const { method, url, payload } = requestTo(route, subject);
  const { data } = JSON.parse(payload ?? '{}');
  const bodies = [
    ...own.flatMap(field => treacherous.map(value => bodyWith(data, [field], value))),
    ...wrong.map(value => bodyWith(data, [...own, '__proto__', 'constructor'], value)),
  ];
  const limit = pLimit(4);
  await Promise.all(bodies.map(body => limit(() => send({ method, path: url, body }))));
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

test.each<[string, string | Uint8Array]>([
  ['100,000 arrays in each other', deep(100_000)],
  ['100,000 arrays in each other that are not closed', '['.repeat(100_000)],
  ['100,000 objects in each other', `${'{"data":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['50 arrays in each other in a field', `{"data":{"unknown":${deep(50)}}}`],
  ['300,000 numbers', `{"data":[${'1,'.repeat(300_000)}1]}`],
  ['80,000 keys', `{"data":{${Array.from({ length: 80_000 }, (_, index) => `"k${index}":1`).join()}}}`],
  ['a number of 100,000 digits', `{"data":${'9'.repeat(100_000)}}`],
  ['bytes that are not UTF-8', Uint8Array.from([...Buffer.from('{"data":{"name":"'), 0xff, ...Buffer.from('"}}')])],
  ['UTF-16', Buffer.from('\ufeff{"data":{}}', 'utf16le')],
  ['a compressed body', gzipSync('{"data":{}}')],
  ['a form', 'data[name]=Ada&data[email]=ada@example.com'],
  ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><data>&b;</data>'],
])('a body of %s is refused', async (_name, body) => {
  for (const path of ['/v2/customers', '/oauth/access_token']) {
    expect((await send({ method: 'POST', path, body })).status).toBeGreaterThanOrEqual(400);
  }
});

test('a form at the token endpoint with any value in any field is refused', async () => {
  const fields = ['grant_type', 'client_id', 'client_secret'];
  const values = ['', '%00', '%ff', '%zz', '%ud800', 'implicit%00', 'a'.repeat(3000), '[]', '__proto__', "'or 1=1--"];
  const good = { grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.clientSecret };
  const form = (entries: object) => Object.entries(entries).map(([name, value]) => `${name}=${value}`);
  const bodies = [
    ...fields.flatMap(field => values.map(value => form({ ...good, [field]: value }).join('&'))),
    ...fields.map(field => [...form(good), `${field}=implicit`].join('&')),
    ...fields.map(field => form(good).join('&').replace(field, `${field}[]`)),
    `${'a=b&'.repeat(4000)}`,
    '&&&===&%',
  ];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const body of bodies) {
    const { status } = await send({ method: 'POST', path: '/oauth/access_token', body, headers });
    expect([body.slice(0, 100), status >= 400]).toEqual([body.slice(0, 100), true]);
  }
});

test('a content type or encoding that is none of ours is no way around the checks', async () => {
  const types = [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    '*/*',
    'a',
    ';;;',
    'application/json; charset=utf-16',
  ];
  for (const type of types) {
    const sent = { method: 'POST', path: '/v2/customers', body: '{"data":{}}', headers: { 'content-type': type } };
    expect([type, (await send(sent)).status >= 400]).toEqual([type, true]);
  }
  const compressed = { 'content-encoding': 'gzip' };
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect((await send({ method: 'POST', path: '/v2/customers', body: bomb, headers: compressed })).status).toBe(400);
});
