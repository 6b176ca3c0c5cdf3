import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { permissions } from '../access/permissions.ts';
import { staffRolesOf } from '../access/staff-roles.ts';
import { finishDocument, operationIdOf } from './openapi-document.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    description?: string;
    example?: unknown;
    examples?: object;
  }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Readonly<
    Record<string, { description: string; headers?: object; content?: Record<string, { schema: Schema }> }>
  >;
}

interface Api {
  readonly tags: readonly { name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { schemas: Record<string, Schema>; securitySchemes: object };
}

let app: TestApp;
let api: Api;
/** By method and path as the permission table spells them. */
let operations: Map<string, Operation>;
beforeAll(async () => {
  app = await startTestApp();
  const answer = await app.send({ method: 'GET', url: '/openapi.json' });
  expect(answer.status).toBe(200);
  api = answer.body;
  operations = new Map(
    Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        operation,
      ]),
    ),
  );
});
afterAll(() => app.close());

const resolve = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (api.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

test('the document is valid OpenAPI 3.1', async () => {
  expect(await new Validator().validate({ ...structuredClone(api) })).toEqual({ valid: true });
  expect(api).toMatchObject({ openapi: '3.1.0' });
});

test('server/openapi.json is what the server gives: `npm run openapi` writes it', async () => {
  await expect(`${JSON.stringify(api, null, 2)}\n`).toMatchFileSnapshot('../../../openapi.json');
});

describe('every route of the permission table', () => {
  const routes = Object.keys(permissions).filter(route => route !== 'GET /openapi.json');

  test('is in the document, and no other', () => {
    expect([...operations.keys()].sort()).toEqual([...routes].sort());
  });

  test('has a summary, a tag, and a name that no other has', () => {
    const names = [...operations.values()].map(operation => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const [route, { summary, tags, operationId }] of operations) {
      expect([route, summary === '', tags.length]).toEqual([route, false, 1]);
      expect(operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
    }
  });

  test.each(routes)('%s names the credentials that it takes', route => {
    const permission = permissions[route];
    const { security, responses } = operations.get(route) ?? {};
    if (permission === 'public' || permission === undefined) {
      expect(security).toEqual([]);
      return;
    }
    const { implicit, shopper, admin, readsCustomerToken } = permission;
    const isCustomerTokenOfUse = shopper === 'own' || (implicit && readsCustomerToken);
    expect(security).toEqual([
      ...(implicit || admin ? [{ accessToken: [] }] : []),
      ...(isCustomerTokenOfUse ? [{ accessToken: [], customerToken: [] }] : []),
      ...(staffRolesOf(route).length > 0 ? [{ staffSession: [] }] : []),
    ]);
    expect(Object.keys(responses ?? {})).toEqual(expect.arrayContaining(['401', '403']));
  });

  test('answers errors with the one error document, and says when to try again', () => {
    for (const [route, { responses }] of operations) {
      for (const [status, response] of Object.entries(responses)) {
        expect([route, status, response.description]).not.toContain('Default Response');
        if (status < '400') continue;
        expect([route, status, response.content]).toEqual([
          route,
          status,
          { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
        ]);
        const mayRetry = status === '429' || status === '503';
        expect([route, status, response.headers !== undefined]).toEqual([route, status, mayRetry]);
      }
    }
  });

  test('of customers and carts explains its parameters, and the fields of its body by a description, an example, or their only values', () => {
    const unexplained: string[] = [];
    const explain = (schema: Schema, path: string): void => {
      const { description, examples, properties, items, anyOf, ...rest } = resolve(schema);
      for (const [name, property] of Object.entries(properties ?? {})) explain(property, `${path}.${name}`);
      if (items && !description) explain(items, `${path}[]`);
      for (const alternative of description ? [] : (anyOf ?? [])) explain(alternative, path);
      const isLeaf = properties === undefined && items === undefined && anyOf === undefined;
      if (isLeaf && !description && !examples && !rest.enum && rest.type !== 'boolean') unexplained.push(path);
    };
    for (const [route, { parameters = [], requestBody }] of operations) {
      if (!/ \/(oauth|health|v2\/customers|v2\/carts(?!.*\/checkout))/.test(route)) continue;
      for (const parameter of parameters) {
        if (!parameter.description) unexplained.push(`${route} ${parameter.in} ${parameter.name}`);
      }
      for (const { schema } of Object.values(requestBody?.content ?? {})) explain(schema, route);
    }
    expect(unexplained).toEqual([]);
  });
});

test('the tags that are described are in use', () => {
  const used = new Set([...operations.values()].flatMap(operation => operation.tags));
  expect(api.tags.map(tag => tag.name).filter(name => !used.has(name))).toEqual([]);
});

test('the resources of customers are components with names, and passwords are never in an answer', () => {
  expect(Object.keys(api.components.schemas)).toEqual(
    expect.arrayContaining(['AccessToken', 'Address', 'Customer', 'CustomerToken', 'Errors', 'NewCustomer', 'Session']),
  );
  const body = operations.get('POST /v2/customers')?.requestBody?.content['application/json']?.schema;
  expect(body?.properties?.data).toEqual({ $ref: '#/components/schemas/NewCustomer' });
  const answer = operations.get('POST /v2/customers')?.responses[201]?.content?.['application/json']?.schema;
  expect(answer?.properties?.data).toEqual({ $ref: '#/components/schemas/Customer' });
  expect(api.components.schemas.Customer?.properties?.password?.type).toBe('boolean');
});

test('keywords of our own are not published', () => {
  const text = JSON.stringify(api);
  for (const keyword of ['"trim"', '"textual"', '"maxBytes"', '"format":"text"', '"numericTexts"', '"rule"']) {
    expect(text).not.toContain(keyword);
  }
});

test('no parameter has an example that the reference page would fill in: a first try lists what there is', () => {
  const parameters = [...operations.values()].flatMap(operation => operation.parameters ?? []);
  expect(parameters.filter(each => 'example' in each || 'examples' in each)).toEqual([]);
  const filters = parameters.filter(({ name }) => name === 'filter');
  expect(filters.length).toBeGreaterThan(3);
  for (const { description } of filters) expect(description).toMatch(/For example `eq\(/);
});

test('two different schemas of one title are a mistake that stops the start', () => {
  const answer = (type: string) => ({ content: { 'application/json': { schema: { title: 'Same', type } } } });
  const paths = (second: string) => ({
    paths: { '/a': { get: { responses: { 200: answer('string') } }, put: { responses: { 200: answer(second) } } } },
  });
  expect(() => finishDocument(paths('integer'))).toThrow('two schemas are called Same');
  expect(finishDocument(paths('string'))).toMatchObject({ components: { schemas: { Same: { type: 'string' } } } });
});

test('the name of an operation follows from its summary', () => {
  expect(operationIdOf('List the addresses of a customer')).toBe('listAddressesOfCustomer');
  expect(operationIdOf('Log out')).toBe('logOut');
});

describe('the page at /docs', () => {
  test('loads nothing from other hosts, and its policy would not let it', async () => {
    const pending = ['/docs'];
    const seen = new Set<string>();
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { statusCode, headers, body } = await app.app.inject(path);
      expect([path, statusCode]).toEqual([path, 200]);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; connect-src 'self';/);
      const type = String(headers['content-type']);
      if (!type.startsWith('text/html')) continue;
      for (const [, link = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect(link, path).not.toMatch(/^(https?:)?\/\//);
        pending.push(new URL(link, `http://local/docs/`).pathname);
      }
    }
    expect(seen.size).toBeGreaterThan(4);
  });
});
