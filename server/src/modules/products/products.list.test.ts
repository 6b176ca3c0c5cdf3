import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProduct } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
const mugs: Record<string, { id: string }> = {};
beforeAll(async () => {
  app = await startTestApp();
  const products = {
    enamel: { name: 'Enamel mug', slug: 'enamel-mug', sku: 'MUG-01', description: 'Holds 300 ml' },
    tin: { name: 'tin MUG', slug: 'tin-mug', sku: 'MUG-02', description: 'Holds 250 ml', manage_stock: false },
    bowl: { name: 'Bowl 50%', slug: 'bowl_50', sku: 'BWL-01', description: '', status: 'draft' },
    film: { name: 'Café film', slug: 'film', sku: 'FLM-01', description: 'A film', commodity_type: 'digital' },
  };
  for (const [name, changes] of Object.entries(products)) mugs[name] = await createProduct(app, changes);
});
afterAll(() => app.close());

const namesOf = (data: { id: string }[]) => data.map(({ id }) => Object.keys(mugs).find(name => mugs[name]?.id === id));
const listed = async (query: string) => {
  const { status, body } = await app.admin.get(`/v2/products?${query}`);
  expect({ query, status }).toEqual({ query, status: 200 });
  expect(body.meta.results.total).toBe(body.data.length);
  return namesOf(body.data);
};
const badFilter = (detail = 'Could not parse the supplied filter') => ({
  status: 400,
  body: { errors: [{ status: 400, title: 'Bad Request', detail }] },
});

describe('filters', () => {
  test.each([
    ['eq(name,Enamel mug)', ['enamel']],
    ['eq(name,enamel mug)', []],
    ['like(name,*MUG*)', ['enamel', 'tin']],
    ['like(name,*CAFÉ*)', ['film']],
    ['like(name,Bowl 50*)', ['bowl']],
    ['in(name,tin MUG,Café film)', ['tin', 'film']],
    ['eq(slug,tin-mug)', ['tin']],
    ['like(slug,*_mug)', []],
    ['in(slug,film,none)', ['film']],
    ['eq(sku,MUG-01)', ['enamel']],
    ['like(sku,mug*)', ['enamel', 'tin']],
    ['in(sku,MUG-01,BWL-01)', ['enamel', 'bowl']],
    ['eq(status,draft)', ['bowl']],
    ['like(status,l*)', ['enamel', 'tin', 'film']],
    ['in(status,draft,live)', ['enamel', 'tin', 'bowl', 'film']],
    ['like(description,*300 ML)', ['enamel']],
    ['eq(commodity_type,digital)', ['film']],
    ['eq(manage_stock,false)', ['tin']],
    ['like(name,*mug*):eq(manage_stock,true)', ['enamel']],
    ['eq(brand.id,x)', []],
    ['eq(category.id,3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01)', []],
    ['in(collection.id,a,b)', []],
  ])('%s finds %j', async (filter, names) => {
    expect((await listed(`sort=created_at&filter=${encodeURIComponent(filter)}`)).sort()).toEqual([...names].sort());
  });

  test('id finds one and several, in any case', async () => {
    const [enamel, film] = [mugs.enamel?.id ?? '', mugs.film?.id ?? ''];
    expect(await listed(`filter=eq(id,${enamel.toUpperCase()})`)).toEqual(['enamel']);
    expect(await listed(`filter=in(id,${enamel},none,${film})&sort=created_at`)).toEqual(['enamel', 'film']);
  });

  test.each([
    'eq(description,x)',
    'gt(name,a)',
    'like(id,*)',
    'like(manage_stock,t*)',
    'eq(manage_stock,1)',
    'eq(price,1)',
    'eq(created_at,2021-03-04)',
  ])('%s is 400', async filter => {
    expect(await app.admin.get(`/v2/products?filter=${filter}`)).toMatchObject(badFilter());
  });
});

describe('orders', () => {
  test.each([
    ['', ['film', 'bowl', 'tin', 'enamel']],
    ['sort=created_at', ['enamel', 'tin', 'bowl', 'film']],
    ['sort=name', ['bowl', 'film', 'enamel', 'tin']],
    ['sort=(name)', ['bowl', 'film', 'enamel', 'tin']],
    ['sort=-slug', ['tin', 'film', 'enamel', 'bowl']],
    ['sort=sku', ['bowl', 'film', 'enamel', 'tin']],
    ['sort=status', ['bowl', 'enamel', 'tin', 'film']],
    ['sort=-status', ['enamel', 'tin', 'film', 'bowl']],
    ['sort=description', ['bowl', 'film', 'tin', 'enamel']],
    ['sort=commodity_type', ['film', 'enamel', 'tin', 'bowl']],
    ['sort=manage_stock', ['tin', 'enamel', 'bowl', 'film']],
    ['sort=-updated_at', ['film', 'bowl', 'tin', 'enamel']],
  ])('%s gives %j', async (query, names) => {
    expect(await listed(query)).toEqual(names);
  });

  test('an unknown order is 400', async () => {
    expect(await app.admin.get('/v2/products?sort=price')).toMatchObject({
      status: 400,
      body: { errors: [{ title: 'Bad Request', source: 'sort' }] },
    });
  });
});

test('a page tells where it stands, and its links keep filter, sort and include', async () => {
  const query = 'filter=like(name,*)&sort=name&include=main_image';
  const { body } = await app.storefront.get(`/v2/products?${query}&page[limit]=2&page[offset]=2`);
  const at = (offset: number) => `https://shop.example.test/v2/products?${query}&page[limit]=2&page[offset]=${offset}`;
  expect({ ...body, data: namesOf(body.data) }).toEqual({
    data: ['tin'],
    meta: { page: { limit: 2, offset: 2, current: 2, total: 2 }, results: { total: 3 } },
    links: { current: at(2), first: at(0), last: at(2), prev: at(0), next: null },
  });
});

test('the totals of all and of live products are exact after creates, refused creates, changes and deletes at once', async () => {
  const store = await app.addStore();
  const totals = async () =>
    (await Promise.all([store.admin, store.storefront].map(caller => caller.get('/v2/products?page[limit]=1')))).map(
      ({ body }) => body.meta.results.total,
    );
  const products = await Promise.all(
    Array.from({ length: 12 }, (_, index) => createProduct(store, { status: index % 2 ? 'live' : 'draft' })),
  );
  expect(await totals()).toEqual([12, 6]);
  await Promise.all(
    products.flatMap(({ id, slug }, index) => {
      const url = `/v2/products/${id}`;
      if (index < 4)
        return [store.admin.delete(url), store.admin.delete(url), store.admin.put(url, { data: { status: 'live' } })];
      if (index < 8)
        return [store.admin.put(url, { data: { status: 'draft' } }), store.admin.put(url, { data: { name: 'Mug' } })];
      return [store.admin.put(url, { data: { status: 'live' } }), store.admin.post('/v2/products', { data: { slug } })];
    }),
  );
  expect(await totals()).toEqual([8, 4]);
});
