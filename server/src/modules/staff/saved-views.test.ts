import { afterAll, beforeAll, expect, test } from 'vitest';
import { time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { createStaff, type TestStaff } from '../../../test/support/staff.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
const path = '/staff/views';
let owner: TestStaff;
let editor: TestStaff;
beforeAll(async () => {
  app = await startTestApp();
  owner = await createStaff(app);
  editor = await createStaff(app, { role: 'editor', storeIds: [app.id] });
});
afterAll(() => app.close());

const aView = (changes: object = {}) => ({
  ...{ type: 'saved_view', page: 'customers', name: 'Gold', state: { filter: 'eq(tier,gold)', sort: '-name' } },
  ...changes,
});
async function save(staff: TestStaff, changes: object = {}) {
  const { status, body } = await staff.caller.post(path, { data: aView(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}
const viewsOf = async (staff: TestStaff, headers = {}) => (await staff.caller.get(path, headers)).body.data;
const status = async (answer: Promise<{ status: number }>) => (await answer).status;

test('a view is kept for whoever saved it, changed and deleted by them, and seen by others when it is shared', async () => {
  const view = await save(editor);
  expect(view).toEqual({
    ...aView(),
    id: expect.stringMatching(uuid),
    is_shared: false,
    is_own: true,
    meta: { timestamps: { created_at: expect.stringMatching(time), updated_at: expect.stringMatching(time) } },
  });
  expect([await viewsOf(editor), await viewsOf(owner)]).toEqual([[view], []]);
  const one = `${path}/${view.id}`;
  expect(await status(owner.caller.put(one, { data: { name: 'Mine' } }))).toBe(404);
  expect(await status(owner.caller.delete(one))).toBe(404);

  const { body } = await editor.caller.put(one, { data: { is_shared: true, state: { search: 'leeds' } } });
  expect(body.data).toMatchObject({ name: 'Gold', is_shared: true, state: { search: 'leeds' } });
  expect(await viewsOf(owner)).toEqual([{ ...body.data, is_own: false }]);
  expect(await status(owner.caller.put(one, { data: { name: 'Mine' } }))).toBe(404);
  const others = await save(owner, { is_shared: true });
  expect(await status(editor.caller.delete(`${path}/${others.id}`))).toBe(404);
  // An owner clears up what others share.
  expect(await status(owner.caller.delete(one))).toBe(204);
  expect(await status(owner.caller.delete(`${path}/${others.id}`))).toBe(204);
  expect(await viewsOf(editor)).toEqual([]);
});

test('views are of a store, and out of reach for whoever may not work on it', async () => {
  const other = await app.addStore();
  const at = { 'x-moltin-auth-store': other.id };
  const { body } = await owner.caller.post(path, { data: aView({ is_shared: true }) }, at);
  expect([await viewsOf(owner), await viewsOf(owner, at)]).toEqual([[], [body.data]]);
  expect(await status(editor.caller.get(path, at))).toBe(403);
  expect(await status(owner.caller.delete(`${path}/${body.data.id}`))).toBe(404);
  expect(await status(owner.caller.delete(`${path}/${unknownId}`))).toBe(404);
});

test('of a member of staff who is removed what they shared stays', async () => {
  const leaver = await createStaff(app, { role: 'viewer' });
  await save(leaver);
  const shared = await save(leaver, { name: 'For all', is_shared: true });
  expect(await status(owner.caller.delete(`/staff/users/${leaver.id}`))).toBe(204);
  expect((await app.query('select id from saved_views where staff_id = $1', [leaver.id])).rows).toEqual([
    { id: shared.id },
  ]);
});

test.each<[string, object, string]>([
  ['no name', { name: ' ' }, 'data.name'],
  ['an unknown page', { page: 'carts' }, 'data.page'],
  ['a state that is no object', { state: 'x' }, 'data.state'],
  ['a filter that is no text', { state: { filter: 7 } }, 'data.state.filter'],
])('a view with %s is refused', async (_, changes, source) => {
  const { status: refused, body } = await owner.caller.post(path, { data: aView(changes) });
  expect({ refused, source: body.errors[0].source }).toEqual({ refused: 422, source });
});
