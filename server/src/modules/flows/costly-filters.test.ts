import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEntry, createField, createFlow } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('costly filters of a public token leave connections to others, and too many at once are told to come later', async () => {
  const flow = await createFlow(app);
  await createField(app, flow.id, { slug: 'story' });
  const long = 'a'.repeat(65_000);
  await createEntry(app, flow.slug, { story: long });
  const costly = `/v2/flows/${flow.slug}/entries?filter=like(story,"*${'a'.repeat(200)}b*")`;
  const [attacks, others] = await Promise.all([
    Promise.all(Array.from({ length: 30 }, () => app.storefront.get(costly))),
    Promise.all(Array.from({ length: 20 }, () => app.admin.get('/v2/customers'))),
  ]);
  expect(others.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const refused = attacks.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  for (const { status, headers } of refused) expect([status, headers['retry-after']]).toEqual([503, '2']);
  expect((await app.admin.get(costly)).body.meta.results.total).toBe(0);
});
