import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAddress, createCustomer, listed, password, signUp } from '../../../test/support/builders.ts';
import { aCustomItem, addItem, aReference } from '../../../test/support/carts.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { aGuestCheckout, checkOut } from '../../../test/support/orders.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';

let app: TestApp;
/** A store with five customers, made in this order, each with its own time. */
let store: TestStore;
let rows: { id: string }[];
let third: { id: string; created_at: string };
beforeAll(async () => {
  app = await startTestApp();
  store = await app.addStore();
  rows = [];
  for (const [name, email, external_ref] of [
    ['Ada Okafor', 'ada+1@example.test', 'crm-1'],
    ['ada lovelace', 'Ada@Example.test', 'CRM-1'],
    ["O'Neill, Zoë", 'zoe@example.test', null],
    ['Zoë 100% (VIP)_*', 'vip@localhost', 'crm-1'],
    ['Ångström', 'an@bücher.example', ''],
  ]) {
    await nextMillisecond();
    const row = await createCustomer(store, { name, email, external_ref });
    if (rows.push(row) === 3) third = { id: row.id, created_at: row.meta.timestamps.created_at };
  }
});
afterAll(() => app.close());

const list = (query: string) => store.admin.get(`/v2/customers${query}`);
/** The numbers of the customers that a query lists, in its order. */
async function numbers(query: string): Promise<number[]> {
  const { status, body } = await list(query);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.map((row: { id: string }) => rows.findIndex(({ id }) => id === row.id));
}
const badRequest = (detail: string, source?: string) => ({
  status: 400,
  body: { errors: [{ status: 400, title: 'Bad Request', detail, ...(source !== undefined && { source }) }] },
});
const url = (query: string) => `https://shop.example.test/v2/customers?${query}`;

describe('pages', () => {
  test('without parameters the newest come first, on a page of 100, with meta and links', async () => {
    const { status, body } = await list('');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: rows.toReversed().map(listed),
      meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 5 } },
      links: {
        current: url('page[limit]=100&page[offset]=0'),
        first: url('page[limit]=100&page[offset]=0'),
        last: null,
        prev: null,
        next: null,
      },
    });
    expect((await list('/')).body).toEqual(body);
  });

  test('a page in the middle links to all others, with filter, sort and include kept', async () => {
    const { body } = await list('?filter=like(email,*e*)&sort=name&include=x&page%5Blimit%5D=2&page[offset]=2');
    const link = (offset: number) =>
      url(`filter=like(email,*e*)&sort=name&include=x&page[limit]=2&page[offset]=${offset}`);
    expect(body.meta).toEqual({ page: { limit: 2, offset: 2, current: 2, total: 2 }, results: { total: 4 } });
    expect(body.links).toEqual({ current: link(2), first: link(0), last: link(2), prev: link(0), next: null });
    expect(body).not.toHaveProperty('included');
  });

  test('following next from the first page gives every row once, in order', async () => {
    const found: string[] = [];
    let next: string | null = '/v2/customers?sort=email&page[limit]=2';
    while (next !== null) {
      const { body } = await store.admin.get(next.replace('https://shop.example.test', ''));
      found.push(...body.data.map((row: { id: string }) => row.id));
      next = body.links.next;
    }
    expect(found).toEqual((await list('?sort=email')).body.data.map((row: { id: string }) => row.id));
    expect(new Set(found).size).toBe(5);
  });

  test('an empty listing has one page; an offset beyond the end, however far, is an empty page', async () => {
    const empty = await app.addStore();
    expect((await empty.admin.get('/v2/customers')).body).toMatchObject({
      data: [],
      meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 0 } },
    });
    for (const offset of [5, 10_001, Number.MAX_SAFE_INTEGER]) {
      expect(await list(`?page[offset]=${offset}&page[limit]=2`)).toMatchObject({
        status: 200,
        body: { data: [], meta: { page: { offset, total: 3 }, results: { total: 5 } }, links: { next: null } },
      });
    }
  });

  test('a larger limit than 100 is read as 100', async () => {
    expect((await list('?page[limit]=101')).body.meta.page.limit).toBe(100);
    expect((await list('?page[limit]=99999999999999999999')).body.meta.page.limit).toBe(100);
  });

  test.each(['0', '-1', '1.5', 'abc', '', '1e2'])('page[limit]=%s answers 400', async limit => {
    expect(await list(`?page[limit]=${limit}`)).toMatchObject(
      badRequest('The page[limit] must be an integer greater than 0.', 'page[limit]'),
    );
  });

  test.each(['-1', '1.5', 'abc', '', '9007199254740992'])('page[offset]=%s answers 400', async offset => {
    expect(await list(`?page[offset]=${offset}`)).toMatchObject(
      badRequest('The page[offset] must be an integer between 0 and 9007199254740991.', 'page[offset]'),
    );
  });

  test('the length of a page without a limit is a setting of the store', async () => {
    const other = await app.addStore();
    for (let index = 0; index < 3; index += 1) await createCustomer(other);
    await changeStore(app.database, other.id, { page_length: 2 });
    await expect
      .poll(async () => (await other.admin.get('/v2/customers')).body.meta.page)
      .toEqual({ limit: 2, offset: 0, current: 1, total: 2 });
  });
});

describe('sorting', () => {
  test.each([
    ['created_at', [0, 1, 2, 3, 4]],
    ['-created_at', [4, 3, 2, 1, 0]],
    ['updated_at', [0, 1, 2, 3, 4]],
    ['-updated_at', [4, 3, 2, 1, 0]],
    ['id', [0, 1, 2, 3, 4]],
    ['-id', [4, 3, 2, 1, 0]],
    ['email', [0, 1, 4, 3, 2]],
    ['-email', [2, 3, 4, 1, 0]],
    ['name', [1, 0, 2, 3, 4]],
    ['-name', [4, 3, 2, 0, 1]],
    ['(name)', [1, 0, 2, 3, 4]],
    ['(-name)', [4, 3, 2, 0, 1]],
    ['', [4, 3, 2, 1, 0]],
  ])('sort=%s gives the rows %j', async (sort, expected) => {
    expect(await numbers(`?sort=${sort}`)).toEqual(expected);
  });

  test.each(['password', 'external_ref', 'name,email', '--name', 'Name', 'name;drop'])(
    'sort=%s answers 400',
    async sort => {
      expect(await list(`?sort=${sort}`)).toMatchObject(
        badRequest(
          'The sort must be one of created_at, updated_at, name, email, id, order_count, with a leading - for descending order.',
          'sort',
        ),
      );
    },
  );

  test('the number of orders orders all, with ties by id in the same direction, by offset, by cursor and with a filter', async () => {
    const own = await app.addStore();
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push((await createCustomer(own, { name: `C${index}` })).id);
    const order = async (id: string | undefined) => {
      const reference = aReference();
      await addItem(own.storefront, reference, aCustomItem());
      await checkOut(own.admin, reference, aGuestCheckout({ customer: { id } }));
    };
    for (const index of [2, 2, 5, 6]) await order(ids[index]);
    // Whoever is deleted takes the number along.
    await own.admin.delete(`/v2/customers/${ids[6]}`);
    const expected = [0, 1, 3, 4, 5, 2];
    const placesOf = (data: { id: string }[]) => data.map(({ id }) => ids.indexOf(id));
    const read = async (query: string) => (await own.admin.get(`/v2/customers?${query}`)).body;
    for (const [sort, all] of [
      ['order_count', expected],
      ['-order_count', expected.toReversed()],
    ] as const) {
      expect(placesOf((await read(`sort=${sort}`)).data)).toEqual(all);
      expect(placesOf((await read(`sort=${sort}&page[limit]=2&page[offset]=3`)).data)).toEqual(all.slice(3, 5));
      expect(placesOf((await read(`sort=${sort}&filter=gt(order_count,0)`)).data)).toEqual(
        all.filter(place => place === 5 || place === 2),
      );
      const pages: number[] = [];
      for (let next: string | null = `sort=${sort}&page[limit]=2`; next !== null; ) {
        const { data, links, meta } = await read(next);
        expect(meta.results.total).toBe(6);
        pages.push(...placesOf(data));
        next = links.next && new URL(links.next).search.slice(1);
      }
      expect(pages).toEqual(all);
    }
  });

  test('ties break on the id, ascending in both directions', async () => {
    const other = await app.addStore();
    for (let index = 0; index < 6; index += 1) await createCustomer(other, { name: 'Same' });
    const ids = async (sort: string) =>
      (await other.admin.get(`/v2/customers?sort=${sort}`)).body.data.map((row: { id: string }) => row.id);
    const ascending = await ids('id');
    expect(ascending).toEqual([...ascending].sort());
    expect(await ids('name')).toEqual(ascending);
    expect(await ids('-name')).toEqual(ascending);
  });
});

describe('filters', () => {
  test.each([
    // An e-mail is compared without regard to case; a raw + is what the SDK sends.
    ['eq(email,ada+1@example.test)', [0]],
    ['eq(email,ada%2B1@example.test)', [0]],
    ['eq(email,ada%201@example.test)', [0]],
    ['eq(email,ADA@EXAMPLE.TEST)', [1]],
    ['eq(email,nobody@example.test)', []],
    ['eq(email,ada*)', []],
    ['like(email,ada*)', [1, 0]],
    ['like(email,ADA+1@*)', [0]],
    ['like(email,*@example.test)', [2, 1, 0]],
    ['in(email,ADA@example.test, zoe@example.test,nobody@x.y)', [2, 1]],
    ['eq(email,an@B%C3%9Ccher.example)', [4]],
    // A name with regard to case, except in like.
    ['eq(name,Ada Okafor)', [0]],
    ['eq(name,Ada+Okafor)', [0]],
    ['eq(name,ada okafor)', []],
    ['eq(name, Ada Okafor )', [0]],
    ['eq(name,"Ada Okafor")', [0]],
    ['eq(name,%27Ada Okafor%27)', [0]],
    ['eq(name,"O\'Neill, Zo%C3%AB")', [2]],
    ["like(name,*o'neill*)", [2]],
    ['like(name,"o\'neill*")', [2]],
    ['like(name,ada*)', [1, 0]],
    ['like(name,*zo%C3%8B*)', [3, 2]],
    ['like(name,Ada Okafor)', [0]],
    ['like(name,"*100%25*")', [3]],
    ['like(name,"*%25*")', [3]],
    ['like(name,"*_*")', [3]],
    ['like(name,"*\\*")', [3]],
    ['like(name,"*\\\\*")', []],
    ['like(name,*)', [4, 3, 2, 1, 0]],
    ['in(name,Ada Okafor,ada lovelace,x)', [1, 0]],
    ['like(name,%C3%85NG*)', [4]],
    ['eq(name,A%CC%8Angstr%C3%B6m)', []],
    // Only customers without a reference have none; an empty one is one.
    ['is_null(external_ref)', [2]],
    ['eq(external_ref,crm-1)', [3, 0]],
    ['in(external_ref,crm-1,CRM-1)', [3, 1, 0]],
    ['eq(external_ref,"")', [4]],
    ['like(name,ada*):eq(external_ref,CRM-1)', [1]],
    ['eq(id,nothing)', []],
    ['', [4, 3, 2, 1, 0]],
  ])('filter=%s gives the rows %j', async (filter, expected) => {
    expect(await numbers(`?filter=${filter}`)).toEqual(expected);
  });

  test('ids and times compare by their order, a day means that day, in UTC', async () => {
    const { id, created_at } = third;
    const day = created_at.slice(0, 10);
    const dayAfter = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    expect(await numbers(`?filter=eq(id,${id})`)).toEqual([2]);
    expect(await numbers(`?filter=eq(id,${id.toUpperCase()})`)).toEqual([2]);
    expect(await numbers(`?filter=in(id,${id},${rows[0]?.id},nothing)`)).toEqual([2, 0]);
    expect(await numbers(`?filter=gt(id,${id})`)).toEqual([4, 3]);
    expect(await numbers(`?filter=le(id,${id}):ge(id,${id})`)).toEqual([2]);
    for (const [operator, expected] of Object.entries({ gt: [4, 3], ge: [4, 3], lt: [2, 1, 0], le: [2, 1, 0] })) {
      expect(await numbers(`?filter=${operator}(id,${id}0)`)).toEqual(expected);
    }
    expect(await numbers('?filter=gt(id,0)')).toEqual([4, 3, 2, 1, 0]);
    for (const none of ['lt(id,0)', 'gt(id,nothing)', 'ge(id,g)']) expect(await numbers(`?filter=${none}`)).toEqual([]);
    expect(await numbers('?filter=le(id,nothing)')).toEqual([4, 3, 2, 1, 0]);
    for (const operand of [created_at, Date.parse(created_at), created_at.replace('Z', '%2B00:00')]) {
      expect(await numbers(`?filter=eq(created_at,${operand})`)).toContain(2);
      expect(await numbers(`?filter=lt(created_at,${operand})`)).toEqual([1, 0]);
    }
    expect(await numbers(`?filter=ge(created_at,${day}):lt(created_at,${dayAfter})`)).toEqual([4, 3, 2, 1, 0]);
    expect(await numbers(`?filter=eq(updated_at,${day})`)).toEqual([4, 3, 2, 1, 0]);
    expect(await numbers(`?filter=gt(created_at,${dayAfter})`)).toEqual([]);
  });

  test.each([
    'email',
    'eq(email)',
    'eq(email,)',
    'eq(email,a,b)',
    'eq(email,a@b.c',
    'eq(email,a@b.c))',
    'eq(email,a@b.c):',
    'eq(email,a@b.c),eq(name,x)',
    'ne(email,a@b.c)',
    'eq(nothing,x)',
    'eq(password,x)',
    'eq(store_id,x)',
    'eq(constructor,x)',
    'gt(email,a)',
    'like(id,a)',
    'like(created_at,2021*)',
    'in(created_at,2021-03-04)',
    'eq(created_at,yesterday)',
    'eq(created_at,2021-02-30)',
    'is_null(name)',
    'is_null(external_ref,x)',
    'gt(external_ref,a)',
    '[object Object]'.replace(/[[\]]/g, ''),
    `eq(name,${'a'.repeat(8 * 1024)})`,
  ])('filter=%.40s answers 400: could not parse', async filter => {
    expect(await list(`?filter=${filter}`)).toMatchObject(badRequest('Could not parse the supplied filter'));
  });

  test.each(['[object Object]', 'eq(name,a%00b)', 'eq(name,a;b)', 'eq(name,a%)', 'eq(name,%FF)', 'eq(name,a<b)'])(
    'filter=%s answers 400: unsupported characters',
    async filter => {
      expect(await list(`?filter=${filter}`)).toMatchObject(
        badRequest('The supplied filter contained unsupported characters'),
      );
    },
  );

  test('whether a password is set, the countries of addresses and the number of orders narrow the list down', async () => {
    const own = await app.addStore();
    const [ada, bo, cy] = [
      await createCustomer(own, { password }),
      await createCustomer(own),
      await createCustomer(own, { password: null }),
    ];
    for (const country of ['GB', 'GB', 'United Kingdom']) await createAddress(own.admin, ada.id, { country });
    await createAddress(own.admin, bo.id, { country: 'FR' });
    const order = async (customer: object) => {
      const reference = aReference();
      await addItem(own.storefront, reference, aCustomItem());
      return checkOut(own.admin, reference, aGuestCheckout({ customer }));
    };
    await order({ id: ada.id });
    await order({ id: ada.id });
    const { id } = await order({ name: 'Guest', email: 'guest@example.com' });
    const link = `/v2/orders/${id}/relationships/customer`;
    await own.admin.post(link, { data: { type: 'customer', id: bo.id } });

    const all = (await own.admin.get('/v2/customers?sort=created_at')).body.data;
    expect(all.map((row: { meta: { order_count: number } }) => row.meta.order_count)).toEqual([2, 1, 0]);
    const found = async (filter: string) => {
      const { status, body } = await own.admin.get(`/v2/customers?sort=created_at&filter=${filter}`);
      if (status !== 200) return status;
      expect(body.meta.results.total).toBe(body.data.length);
      return body.data.map((row: { id: string }) => ['ada', 'bo', 'cy'][[ada.id, bo.id, cy.id].indexOf(row.id)]);
    };
    for (const [filter, expected] of [
      ['eq(password,true)', ['ada']],
      ['eq(password,false)', ['bo', 'cy']],
      ['eq(password,1)', 400],
      ['eq(country,GB)', ['ada']],
      ['eq(country,"United Kingdom"):eq(country,GB)', ['ada']],
      ['in(country,FR,GB)', ['ada', 'bo']],
      ['eq(country,gb)', []],
      ['eq(order_count,0)', ['cy']],
      ['eq(order_count,1)', ['bo']],
      ['eq(order_count,-1)', []],
      ['gt(order_count,1)', ['ada']],
      ['ge(order_count,0)', ['ada', 'bo', 'cy']],
      ['lt(order_count,0)', []],
      ['lt(order_count,2)', ['bo', 'cy']],
      ['le(order_count,0)', ['cy']],
      ['ge(order_count,1):le(order_count,2)', ['ada', 'bo']],
      ['ge(order_count,many)', 400],
    ] as const)
      expect([filter, await found(filter)]).toEqual([filter, expected]);
  });

  test('ten clauses work, eleven answer 400', async () => {
    const clauses = (count: number) => Array.from({ length: count }, () => 'like(name,*a*)').join(':');
    expect((await list(`?filter=${clauses(10)}`)).status).toBe(200);
    expect(await list(`?filter=${clauses(11)}`)).toMatchObject(
      badRequest('Too many filter clauses: at most 10 may be chained'),
    );
  });

  test('a parameter that comes twice answers 400; unknown parameters are ignored', async () => {
    expect((await list('?filter=eq(name,x)&filter=eq(name,y)')).status).toBe(400);
    expect((await list('?unknown=1&limit=2&store_id=x')).body.data.length).toBe(5);
  });
});

describe('with a customer token', () => {
  test('the list holds the own customer alone, whatever page, filter and sort are left over', async () => {
    const { customer, shopper } = await signUp(app);
    await createCustomer(app);
    const { status, body } = await shopper.get('/v2/customers');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: [listed(customer)],
      meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 1 } },
      links: { next: null, prev: null, last: null },
    });
    const query = `filter=eq(email,${encodeURIComponent(customer.email)})&sort=-name&page[limit]=1`;
    expect((await shopper.get(`/v2/customers?${query}`)).body.data).toEqual([listed(customer)]);
    const foreign = await shopper.get('/v2/customers?filter=eq(name,nobody)');
    expect(foreign.body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
    const beyond = await shopper.get('/v2/customers?page[offset]=1');
    expect(beyond.body).toMatchObject({ data: [], meta: { results: { total: 1 } } });
    // The token narrows an admin's list too.
    const both = await app.admin.get('/v2/customers', {
      'x-moltin-customer-token': shopper.headers['x-moltin-customer-token'] ?? '',
    });
    expect(both.body.data).toEqual([listed(customer)]);
  });
});
