import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAddress, createCustomer, createField, createFlow, signUp } from '../../../test/support/builders.ts';
import { nextLink, refusal } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const path = (search: string, more = '') => `/v2/customers?search=${encodeURIComponent(search)}${more}`;

async function namesFound(store: TestStore, search: string, more = ''): Promise<string[]> {
  const { status, body } = await store.admin.get(path(search, more));
  expect([search, status]).toEqual([search, 200]);
  return body.data.map(({ name }: { name: string }) => name);
}

describe('what is found', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await app.addStore();
    const people: [name: string, email: string][] = [
      ['Öz Gürses', 'oz@mail.example'],
      ["Maeve O'Neill", 'maeve.oneill+shop@post.example'],
      ['Anne-Marie Straße', 'am_100%@mail.example'],
      ['Ада Окафор', 'ada@inbox.example'],
      ['李小龙', 'bruce@inbox.example'],
      ['Łukasz Żółć', 'lukasz@inbox.example'],
      ['山田 太郎', 'taro@inbox.example'],
      ['q\\"u`o%t_e', 'quote@inbox.example'],
    ];
    for (const [name, email] of people) await createCustomer(store, { name, email });
    const { body } = await store.admin.get('/v2/customers?filter=eq(email,oz@mail.example)');
    await createAddress(store.admin, body.data[0].id, {
      first_name: 'Deniz',
      last_name: 'Kaya',
      company_name: 'Ångström & Söhne',
      phone_number: '+49 (30) 1234-567',
      line_1: '12 Mühlenweg',
      line_2: 'Hinterhaus',
      postcode: 'LS1 4AB',
      city: 'Nowhere',
    });
  });

  test.each([
    ['Öz', ['Öz Gürses']],
    ['oz', ['Öz Gürses']],
    ['OZ', ['Öz Gürses']],
    ['gurs', ['Öz Gürses']],
    ['GÜRSES öz', ['Öz Gürses']],
    ['ürse', ['Öz Gürses']],
    ['oz@mail.example', ['Öz Gürses']],
    ['LS14AB', ['Öz Gürses']],
    ['14ab', ['Öz Gürses']],
    ['strasse', ['Anne-Marie Straße']],
    ['STRAẞE', ['Anne-Marie Straße']],
    ['marie', ['Anne-Marie Straße']],
    ['ma', ["Maeve O'Neill", 'Öz Gürses', 'Anne-Marie Straße']],
    ['oneill', ["Maeve O'Neill"]],
    ['O’Neill', ["Maeve O'Neill"]],
    ['maeve.oneill+shop', ["Maeve O'Neill"]],
    ['Maeve.ONeill+shop@post.example', ["Maeve O'Neill"]],
    ['oneill+shop@post', ["Maeve O'Neill"]],
    ['maeve.oneill+shop@mail.example', []],
    ['maeve.oneill+shop@', ["Maeve O'Neill"]],
    ['shop@post.example maeve@oneill+shop@', ["Maeve O'Neill"]],
    ['ад', ['Ада Окафор']],
    ['КАФ', ['Ада Окафор']],
    ['小', ['李小龙']],
    ['太郎 山', ['山田 太郎']],
    ['lukasz zolc', ['Łukasz Żółć']],
    ['deniz kaya', ['Öz Gürses']],
    ['angstrom', ['Öz Gürses']],
    ['1234567', ['Öz Gürses']],
    ['+49 30 1234567', ['Öz Gürses']],
    ['+49301234', ['Öz Gürses']],
    ['30/1234-567', ['Öz Gürses']],
    ['ls1 4ab', ['Öz Gürses']],
    ['12 mühlen', ['Öz Gürses']],
    ['hinterhaus oz', ['Öz Gürses']],
    ['nowhere', []],
    ['öz maeve', []],
    ['q\\"u`o%t_e', ['q\\"u`o%t_e']],
    ['am_100%', ['Anne-Marie Straße']],
    ['"', undefined],
    ['%', undefined],
    ['_ %', undefined],
    ["' or 1=1 --", []],
    ['\\', undefined],
    ['oz"%', ['Öz Gürses']],
    ['%oz%', ['Öz Gürses']],
    ['o_z', []],
    ['o%z', []],
  ])('by %s: %j', async (search, names) => {
    if (names === undefined) {
      expect(await store.admin.get(path(search))).toMatchObject(
        refusal(400, 'Bad Request', 'The search must contain a letter or a digit.', 'search'),
      );
      return;
    }
    const found = await namesFound(store, search);
    expect(found.toSorted()).toEqual(names.toSorted());
    // The same as a filter, and with a sort.
    expect((await namesFound(store, search, '&sort=-name')).toSorted()).toEqual(names.toSorted());
    const quoted = encodeURIComponent(`like(search,"*${search.replace(/["\\*]/g, '\\$&')}*")`);
    const { body } = await store.admin.get(`/v2/customers?filter=${quoted}`);
    expect(body.data.map((row: { name: string }) => row.name).toSorted()).toEqual(names.toSorted());
  });

  test('is only of the store', async () => {
    expect(await namesFound(app, 'gürses')).toEqual([]);
    expect(await namesFound(app, 'gürses', '&sort=name')).toEqual([]);
  });
});

/** Descending by code point, as lists are sorted by name. */
const byCode = (a: string, b: string) => Buffer.compare(Buffer.from(b.toLowerCase()), Buffer.from(a.toLowerCase()));

describe('the order of what is found', () => {
  test('is: a whole text, then words that begin so, then the others, each the newest first', async () => {
    const store = await app.addStore();
    const names = ['Mariam', 'Rosamaria', 'Anna Maria', 'Maria', 'Josemaria', 'María', 'Maria Anna'];
    for (const name of names) await createCustomer(store, { name });
    expect(await namesFound(store, 'maria')).toEqual([
      'María',
      'Maria',
      'Maria Anna',
      'Anna Maria',
      'Mariam',
      'Josemaria',
      'Rosamaria',
    ]);
    expect(await namesFound(store, 'anna maria')).toEqual(['Anna Maria', 'Maria Anna']);
    expect(await namesFound(store, 'maria', '&sort=-name')).toEqual(names.toSorted(byCode));
  });

  test('goes on over the pages, with the filter and the search in the links', async () => {
    const store = await app.addStore();
    for (let count = 0; count < 5; count += 1) await createCustomer(store, { name: `Ada ${count}`, external_ref: 'x' });
    await createCustomer(store, { name: 'Ada 5' });
    const query = '?filter=eq(external_ref,x)&search=%C3%A1da&page[limit]=2&page[offset]=';
    const at = (offset: number) => `${app.baseUrl}/v2/customers${query}${offset}`;
    const first = await store.admin.get(`/v2/customers${query}0`);
    expect(first.body).toMatchObject({
      data: [{ name: 'Ada 4' }, { name: 'Ada 3' }],
      meta: { results: { total: 5 } },
      links: { current: at(0), first: at(0), last: at(4), prev: null, next: nextLink(at(2)) },
    });
    expect(first.body.meta.results).toEqual({ total: 5 });
    await createCustomer(store, { name: 'Ada 6', external_ref: 'x' });
    const second = await store.admin.get(first.body.links.next.slice(app.baseUrl.length));
    expect(second.body.data).toMatchObject([{ name: 'Ada 2' }, { name: 'Ada 1' }]);
    const third = await store.admin.get(second.body.links.next.slice(app.baseUrl.length));
    expect(third.body).toMatchObject({ data: [{ name: 'Ada 0' }], links: { next: null } });
    const byOffset = await store.admin.get(`/v2/customers${query}4`);
    expect(byOffset.body.data).toMatchObject([{ name: 'Ada 1' }, { name: 'Ada 0' }]);
    const cursor = /page\[cursor\]=([\w-]+)/.exec(first.body.links.next)?.[1];
    expect((await store.admin.get(`/v2/customers?search=ad&page[cursor]=${cursor}`)).status).toBe(400);
  });
});

describe('of more matches than can be ranked', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await app.addStore();
    await createCustomer(store, { name: 'Common', email: 'first@mail.example' });
    await createCustomer(store, { name: 'Common Oldest', email: 'common@mail.example' });
    await app.query(
      `with made as (
         insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
         select $1, ('f18f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Commoner ' || n, 'commoner ' || n,
           n || '@x.test', n || '@x.test', now(), now()
         from generate_series(1, 251) n returning *)
       insert into customer_search (store_id, customer_id, search_text)
       select store_id, id, '!" ' || name_key || E'"\\n' from made`,
      [store.id],
    );
  });

  test('the newest 250 and the exact ones are listed, and the answer says that there are more', async () => {
    const { body } = await store.admin.get(path('common', '&page[limit]=3'));
    expect(body.meta).toEqual({
      page: { limit: 3, offset: 0, current: 1, total: 84 },
      results: { total: 250, more: true },
    });
    expect(body.data).toMatchObject([{ name: 'Common' }, { name: 'Commoner 251' }, { name: 'Commoner 250' }]);
    const last = await store.admin.get(path('common', '&page[limit]=3&page[offset]=249'));
    expect(last.body.data.length).toBe(1);
    expect(last.body.links.next).toBeNull();
    expect(await namesFound(store, 'COMMON@mail.example')).toEqual(['Common Oldest']);
  });

  test('the same in a filter, beside other clauses', async () => {
    const one = await store.admin.get(path('common', '&page[limit]=2'));
    const { body } = await store.admin.get('/v2/customers?filter=like(search,*common*)&page[limit]=2');
    expect([body.data, body.meta]).toEqual([one.body.data, one.body.meta]);
    const next = await store.admin.get(body.links.next.replace(app.baseUrl, ''));
    expect(next.body.data).toMatchObject([{ name: 'Commoner 250' }, { name: 'Commoner 249' }]);
    const both = 'like(search,*common*):like(search,*mmoner*):eq(name,Commoner 7)';
    const narrowed = await store.admin.get(`/v2/customers?filter=${encodeURIComponent(both)}`);
    expect(narrowed.body.data).toMatchObject([{ name: 'Commoner 7' }]);
    const sorted = await store.admin.get('/v2/customers?filter=like(search,*common*)&sort=id&page[limit]=1');
    expect(sorted.body.meta.results).toEqual({ total: 253 });
  });

  test('with a sort, all are', async () => {
    const { body } = await store.admin.get(path('common', '&sort=id&page[limit]=1'));
    expect(body.meta.results).toEqual({ total: 253 });
    expect(body.data).toMatchObject([{ name: 'Common' }]);
  });
});

describe('a search that asks for', () => {
  test('nothing is none', async () => {
    const store = await app.addStore();
    await createCustomer(store, { name: 'Ada' });
    for (const search of ['', '%20', '+', '%09']) {
      const { status, body } = await store.admin.get(`/v2/customers?search=${search}`);
      expect([status, body.data.length]).toEqual([200, 1]);
    }
  });

  test.each([
    ['more than 256 characters', 'a'.repeat(257), 'The search may not be longer than 256 characters.'],
    ['more than ten words', 'a b c d e f g h i j k', 'The search may not have more than 10 words.'],
    ['a NUL', 'a\0b', 'The search contains characters that are not supported.'],
    ['punctuation alone', '… -- @', 'The search must contain a letter or a digit.'],
  ])('%s is 400', async (_name, search, detail) => {
    expect(await app.admin.get(path(search))).toMatchObject(refusal(400, 'Bad Request', detail, 'search'));
    expect(await app.admin.get(path(search, '&sort=name'))).toMatchObject({ status: 400 });
  });

  test.each(['🧵'.repeat(256), 'a'.repeat(256), '%FF%FE', '\u200b\u0301', '%', '\'";--', '\\'.repeat(200), '*'])(
    'strange things is answered: %j',
    async search => {
      const { status } = await app.admin.get(
        `/v2/customers?search=${search.startsWith('%F') ? search : encodeURIComponent(search)}`,
      );
      expect([200, 400]).toContain(status);
    },
  );

  test('two things at once is 400', async () => {
    expect(await app.admin.get('/v2/customers?search=a&search=b')).toMatchObject(
      refusal(400, 'Bad Request', 'The search parameter must not be repeated.', 'search'),
    );
  });

  test.each(['like(search,*)', 'like(search,"@")', 'eq(search,ada)', 'like(search,a,b)'])(
    'the same in the filter %s is 400',
    async filter => {
      expect((await app.admin.get(`/v2/customers?filter=${filter}`)).status).toBe(400);
    },
  );
});

test('with a customer token only that customer is found, and nothing once the session has ended', async () => {
  const { customer, shopper } = await signUp(app, { name: 'Zephyr Own' });
  await createCustomer(app, { name: 'Zephyr Other' });
  expect((await shopper.get(path('zephyr'))).body.data).toMatchObject([{ id: customer.id }]);
  expect((await shopper.get(path('other'))).body.data).toEqual([]);
  expect((await app.storefront.get(path('zephyr'))).status).toBe(403);
  await shopper.delete(`/v2/customers/${customer.id}/sessions`);
  expect((await shopper.get(path('zephyr'))).status).toBe(403);
});

test('a search goes together with filters and sorts on fields of the store', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  await createField(store, flow.id, { slug: 'tier', field_type: 'string' });
  for (const [name, tier] of [
    ['Ada One', 'gold'],
    ['Ada Two', 'silver'],
    ['Ada Three', 'gold'],
    ['Grace', 'gold'],
  ]) {
    await createCustomer(store, { name, tier, email: `${name?.replace(' ', '.')}@x.test` });
  }
  expect(await namesFound(store, 'ada', '&filter=eq(tier,gold)')).toEqual(['Ada Three', 'Ada One']);
  expect(await namesFound(store, 'ada', '&filter=eq(customers.tier,gold)&sort=-name')).toEqual([
    'Ada Three',
    'Ada One',
  ]);
  expect(await namesFound(store, 'ada', '&sort=-tier')).toEqual(['Ada Two', 'Ada One', 'Ada Three']);
  expect((await store.admin.get(path('ada', '&filter=eq(nothing,gold)'))).status).toBe(400);
});
