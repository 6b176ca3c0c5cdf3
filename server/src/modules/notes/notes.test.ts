import { afterAll, beforeAll, expect, test } from 'vitest';
import { aNote, createCustomer, createNote } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let customerId: string;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
  customerId = (await createCustomer(app)).id;
  path = `/v2/customers/${customerId}/notes`;
});
afterAll(() => app.close());

const missing = (detail: string) => ({
  status: 404,
  body: { errors: [{ status: 404, title: 'Not Found', detail }] },
});

test('a note is answered as it was written, signed with the key’s name, and read back the same', async () => {
  const created = await app.admin.post(path, { data: { type: 'note', content: 'Zoë wants it 📦 <b>now</b>' } });
  expect(created).toMatchObject({ status: 201 });
  expect(created.body.data).toEqual({
    id: expect.stringMatching(uuid),
    type: 'note',
    content: 'Zoë wants it 📦 <b>now</b>',
    author: expect.stringMatching(/./),
    relationships: { customer: { data: { type: 'customer', id: customerId } } },
    meta: { timestamps: { created_at: expect.stringMatching(time), updated_at: expect.stringMatching(time) } },
  });
  const { body } = await app.admin.get(`${path}/${created.body.data.id}`);
  expect(body).toEqual({ data: created.body.data });
});

test('notes are listed newest first, in pages', async () => {
  const other = (await createCustomer(app)).id;
  const notes = [];
  for (const content of ['one', 'two', 'three']) notes.push(await createNote(app.admin, other, { content }));
  const list = `/v2/customers/${other}/notes`;
  expect((await app.admin.get(list)).body.data).toEqual(notes.toReversed());
  const { data, meta } = (await app.admin.get(`${list}?page[limit]=1&page[offset]=1`)).body;
  expect({ data, meta }).toMatchObject({ data: [notes[1]], meta: { results: { total: 3 } } });
  const { body } = await app.admin.get(`/v2/customers/${(await createCustomer(app)).id}/notes`);
  expect(body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
});

test('a note is rewritten, and deleted', async () => {
  const note = await createNote(app.admin, customerId);
  await nextMillisecond();
  const { body } = await app.admin.put(`${path}/${note.id}`, { data: { type: 'note', content: 'Called back.' } });
  expect({ ...body.data, meta: note.meta }).toEqual({ ...note, content: 'Called back.' });
  expect(body.data.meta.timestamps.created_at).toBe(note.meta.timestamps.created_at);
  expect(body.data.meta.timestamps.updated_at > note.meta.timestamps.updated_at).toBe(true);
  expect((await app.admin.delete(`${path}/${note.id}`)).status).toBe(204);
  expect(await app.admin.get(`${path}/${note.id}`)).toMatchObject(missing('The requested note could not be found'));
});

test('a note of another customer is none, and unknown customers have none', async () => {
  const note = await createNote(app.admin, customerId);
  const elsewhere = `/v2/customers/${(await createCustomer(app)).id}/notes/${note.id}`;
  for (const answer of [
    await app.admin.get(elsewhere),
    await app.admin.put(elsewhere, { data: aNote() }),
    await app.admin.delete(elsewhere),
    await app.admin.get(`${path}/nonsense`),
  ])
    expect(answer).toMatchObject(missing('The requested note could not be found'));
  for (const id of [unknownId, 'nonsense']) {
    const of = `/v2/customers/${id}/notes`;
    for (const answer of [await app.admin.get(of), await app.admin.post(of, { data: aNote() })])
      expect(answer).toMatchObject(missing('The requested customer could not be found'));
  }
  expect((await app.admin.get(`${path}/${note.id}`)).body.data).toEqual(note);
});

test.each<[string, unknown]>([
  ['is missing', {}],
  ['is empty', { content: '' }],
  ['is white space', { content: ' \n' }],
  ['is no text', { content: 7 }],
  ['is longer than 10,000 characters', { content: 'x'.repeat(10_001) }],
  ['has a NUL', { content: 'a\u0000' }],
])('a note whose content %s is refused', async (_, data) => {
  const { status, body } = await app.admin.post(path, { data });
  expect({ status, source: body.errors[0].source }).toEqual({ status: 422, source: 'data.content' });
});

test('the notes go with the customer', async () => {
  const { id } = await createCustomer(app);
  await createNote(app.admin, id);
  await app.admin.delete(`/v2/customers/${id}`);
  expect((await app.query('select 1 from notes where customer_id = $1', [id])).rowCount).toBe(0);
});

test('a note is rewritten and deleted in the state that was read, if one asks for that', async () => {
  const customer = await createCustomer(app);
  const base = `/v2/customers/${customer.id}/notes`;
  const created = await app.admin.post(base, { data: { type: 'note', content: 'one' } });
  const [url, tag] = [`${base}/${created.body.data.id}`, String(created.headers.etag)];
  expect((await app.admin.get(url)).headers.etag).toBe(tag);
  const write = (content: string, headers?: Record<string, string>) =>
    app.admin.put(url, { data: { type: 'note', content } }, headers);
  const [first, second] = await Promise.all([write('theirs', { 'if-match': tag }), write('ours', { 'if-match': tag })]);
  expect([first.status, second.status].sort()).toEqual([200, 412]);
  const saved = first.status === 200 ? first : second;
  expect((await app.admin.get(url)).body).toEqual(saved.body);
  expect((await app.admin.delete(url, undefined, { 'if-match': tag })).status).toBe(412);
  expect((await write('anything')).status).toBe(200);
  expect((await app.admin.delete(url, undefined, { 'if-match': '*' })).status).toBe(204);
  expect((await write('gone', { 'if-match': tag })).status).toBe(404);
});
