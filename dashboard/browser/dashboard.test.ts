import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  anAddress,
  createCustomer,
  createField,
  createFlow,
  signIn,
  signUp,
} from '../../server/test/support/builders.ts';
import { createStaff, staffPassword } from '../../server/test/support/staff.ts';
import { expectAccessible, openPage } from './browser.ts';
import { startDashboard } from './dashboard.ts';
import { openEveryPage, writeScreenshots } from './screenshots.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

test('pages are served under a policy that runs no inline script, files compressed and for ever', async () => {
  const get = (url: string, headers = {}) => dashboard.shop.app.send({ method: 'GET', url, headers });
  const { status, headers, body } = await get('/customers/anything');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(body).not.toMatch(/<script>|<script (?![^>]*src=)/);
  const [file = ''] = /\/assets\/index-[\w-]+\.js/.exec(body) ?? [];
  const asset = await get(file, { 'accept-encoding': 'gzip' });
  expect([asset.status, asset.headers['content-encoding']]).toEqual([200, 'gzip']);
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const missing of ['/assets/none.js', '/assets/..%2findex.html', '/nothing', '/customers/a/b']) {
    const answer = await get(missing);
    expect([missing, answer.status, answer.body.errors?.[0]?.title]).toEqual([missing, 404, 'Not Found']);
  }
});

const aName = () => `Test ${randomBytes(4).toString('hex')}`;

test('the main pages are accessible in light and dark, fit a small screen, and do not break their policy', async () => {
  const faults = await openEveryPage(dashboard, async page => {
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, 'colours');
    await page.emulateMedia({ colorScheme: 'light' });
    const viewport = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(320);
    if (viewport !== null) await page.setViewportSize(viewport);
  });
  expect(faults).toEqual([]);
});

// Ids and times differ each time: only when asked for, by `npm run screenshots`.
if (process.env.UPDATE_SCREENSHOTS !== undefined) {
  test('screenshots', () => writeScreenshots(dashboard));
}

test('by the keyboard alone: sign in, find, edit, save', async () => {
  const { page, faults, close } = await openPage(dashboard.browser, dashboard.shop.url, { colorScheme: 'dark' });
  const { keyboard } = page;
  await page.goto(`/customers?size=50`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await expectAccessible(page);
  // The first field has the focus.
  await keyboard.type(dashboard.shop.owner.email);
  await keyboard.press('Tab');
  await keyboard.type('a wrong password');
  await keyboard.press('Enter');
  await page.getByText('The email or password is incorrect').waitFor();
  await page.getByLabel('Password', { exact: true }).focus();
  await keyboard.type(staffPassword);
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Customers' }).waitFor();
  // It goes on where the reader wanted to.
  expect(new URL(page.url()).search).toBe('?size=50');

  await keyboard.press('/');
  await keyboard.type('ls11 OKAF');
  await page.getByText('1 customer for “ls11 OKAF”').waitFor();
  await page.getByRole('link', { name: 'Ada Okafor' }).focus();
  await keyboard.press('Enter');
  await page.getByLabel('External reference').waitFor();
  await page.locator('#content:focus').waitFor();
  const save = page.getByRole('button', { name: 'Save' });
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel('External reference').focus();
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('crm-4711');
  expect(await save.isDisabled()).toBe(false);
  await keyboard.press('ControlOrMeta+s');
  await page.getByText('Saved', { exact: true }).waitFor();
  const { body } = await dashboard.shop.app.admin.get(`/v2/customers/${dashboard.shop.ada.id}`);
  expect(body.data).toMatchObject({ external_ref: 'crm-4711', loyalty_tier: 'gold', newsletter: true });
  // In a field it is a question mark like any other.
  await page.getByRole('link', { name: 'Customers', exact: true }).first().focus();
  await keyboard.press('Shift+?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // From wherever one is, to a customer or to a page.
  await keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Name, e-mail, phone, order number, or a page' }).waitFor();
  // Enter waits for what is found.
  await keyboard.type('produ');
  await keyboard.press('Enter');
  await page.waitForURL('**/products');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Name, e-mail, phone, order number, or a page' }).waitFor();
  await keyboard.type('ada okaf');
  await page.getByRole('option', { name: /Ada Okafor/ }).waitFor();
  await expectAccessible(page);
  await keyboard.press('Enter');
  await page.waitForURL(`**/customers/${dashboard.shop.ada.id}`);
  expect(faults).toEqual([]);
  await close();
});

test('the list is sorted and paged by the address, which can be opened again', async () => {
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('button', { name: 'Orders' }).click();
    await page.waitForURL('**/customers?sort=order_count');
    await page.getByRole('button', { name: 'Orders' }).click();
    await page.waitForURL('**/customers?sort=-order_count');
    await expect.poll(() => page.getByRole('row').nth(1).textContent()).toContain('Ada Okafor');
    // The slash of a keyboard on which it takes Shift.
    await page.evaluate(() =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', shiftKey: true, bubbles: true })),
    );
    await page.locator('input[type=search]:focus').waitFor();
    await page.getByRole('button', { name: 'Name' }).click();
    await page.waitForURL('**/customers?sort=name');
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Last page' }).click();
    await page.waitForURL('**/customers?sort=name&page=2');
    // The rows of the page before stay until the new ones are there.
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(25);
    const last = await page.getByRole('row').last().getByRole('link').textContent();
    await page.reload();
    await page.getByRole('link', { name: last ?? '' }).waitFor();
    await page.goBack();
    await page.waitForURL('**/customers?sort=name');
    // Beyond the last page is the last page.
    await page.goto('/customers?page=900');
    await page.waitForURL('**/customers?page=2');
    await page.goto('/customers?search=nobody-like-this');
    await page.getByRole('heading', { name: 'No customer matches' }).waitFor();
    await expectAccessible(page);
  });
});

test('a new customer: faults at their fields, whose e-mail it is, unsaved changes guarded, deleted by typing', async () => {
  await asOwner(async page => {
    const name = aName();
    const email = `${name.replace(' ', '.')}@example.com`.toLowerCase();
    await page.goto('/customers/new');
    await page.getByLabel('Name').fill(`<img src=x onerror=alert(1)> ${name}`);
    await page.getByLabel('E-mail').fill('broken');
    await page.getByLabel('Name').focus();
    await page.getByText('Enter a valid e-mail address').waitFor();
    await page.getByLabel('E-mail').fill(dashboard.shop.ada.email.toUpperCase());
    await page.getByRole('button', { name: 'Create customer' }).click();
    await page.getByRole('link', { name: 'Ada Okafor' }).waitFor();

    await page.getByRole('link', { name: 'Ada Okafor' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Stay' }).last().click();
    // Another fault of the same field is told as what it is, and sending leads to it.
    await page.getByLabel('E-mail').fill('broken');
    await page.getByLabel('External reference').press('ControlOrMeta+s');
    await page.getByText('Enter a valid e-mail address').waitFor();
    await expect.poll(() => page.getByLabel('E-mail').evaluate(input => input === document.activeElement)).toBe(true);
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Create customer' }).click();
    await page.getByRole('heading', { name: `<img src=x onerror=alert(1)> ${name}` }).waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Delete customer' }).click();
    const dialog = page.getByRole('dialog');
    for (const what of ['signed in nowhere', 'no addresses', 'no orders']) await dialog.getByText(what).waitFor();
    const confirm = dialog.getByRole('button', { name: 'Delete customer' });
    expect(await confirm.isDisabled()).toBe(true);
    await expectAccessible(page);
    await dialog.getByLabel(/to confirm/).fill(email);
    await confirm.click();
    await page.getByText('Customer deleted').waitFor();
    const { body } = await dashboard.shop.app.admin.get(`/v2/customers?filter=eq(email,${email})`);
    expect(body.data).toEqual([]);
  });
});

test('addresses in place, faults of the server at their fields; a password comes and goes; the timeline tells it', async () => {
  const customer = await createCustomer(dashboard.shop.app, { name: aName() });
  const flow = await createFlow(dashboard.shop.app, { slug: 'addresses' });
  const rules = [{ type: 'between', options: { from: 0, to: 9 } }];
  const floor = { name: 'Floor', slug: 'floor', field_type: 'integer', validation_rules: rules, default: 1 };
  await createField(dashboard.shop.app, flow.id, floor);
  await asOwner(async page => {
    await page.goto(`/customers/${customer.id}`);
    await page.getByText('No saved addresses.').waitFor();
    await page.getByRole('button', { name: 'Add address' }).click();
    const dialog = page.getByRole('dialog', { name: 'New address' });
    await dialog.getByLabel('First name').fill('Bo');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Last name is required', { exact: true }).waitFor();
    for (const [label, isMandatory] of [
      ['Last name', true],
      ['Company', false],
      ['County', false],
      ['Country', true],
    ] as const)
      expect([label, await dialog.locator('label', { hasText: label }).getByText('*').count()]).toEqual([
        label,
        isMandatory ? 1 : 0,
      ]);
    for (const [label, text] of Object.entries({
      'Last name': 'Ek',
      'Address line 1': '1 New Road',
      County: 'Kent',
      Postcode: 'CT1',
      Country: 'united kingdom',
    }))
      await dialog.getByLabel(label).fill(text);
    // A field of the store.
    expect(await dialog.getByLabel('Floor').inputValue()).toBe('1');
    await dialog.getByLabel('Floor').fill('12');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Floor may not be greater than 9').waitFor();
    await dialog.getByLabel('Floor').fill('5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 New Road').first().waitFor();
    await page.getByRole('button', { name: /^Edit address/ }).click();
    await page.getByLabel('Postcode').fill('CT2');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('CT2', { exact: true }).waitFor();
    await page.getByRole('definition').filter({ hasText: /^5$/ }).waitFor();
    const { body } = await dashboard.shop.app.admin.get(`/v2/customers/${customer.id}/addresses`);
    expect(body.data).toMatchObject([{ first_name: 'Bo', postcode: 'CT2', country: 'GB', floor: 5 }]);

    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByRole('button', { name: 'Generate' }).click();
    const password = await page.getByLabel('New password').first().inputValue();
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('Password set. Sessions of the customer have ended.').waitFor();
    const signedIn = await dashboard.shop.app.storefront.post('/v2/customers/tokens', {
      data: { email: customer.email, password },
    });
    expect(signedIn.status).toBe(201);

    await page.getByRole('button', { name: 'Remove password' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove password' }).click();
    await page.getByText('No password is set').waitFor();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Yes → No').waitFor();
    expect(await timeline.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^Grace Hopper changed the customer.* from 127.0.0.1Password setYes → No$/),
      expect.stringMatching(/^Grace Hopper changed the customer.*Password setNo → Yes$/),
      expect.stringMatching(/^Grace Hopper changed an address.*PostcodeCT1 → CT2$/),
      expect.stringMatching(/^Grace Hopper added an address.*CountryUnited Kingdom.*Floor5/),
      expect.stringMatching(/ created the customer.*NameTest /),
    ]);

    await page.getByRole('button', { name: 'API', exact: true }).click();
    await page.getByRole('menuitem', { name: 'View as JSON' }).click();
    await page.getByText(`"id": "${customer.id}"`).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'API', exact: true }).click();
    await page.getByRole('menuitem', { name: 'View as curl' }).click();
    await page.getByText(`${dashboard.shop.url}/v2/customers/${customer.id} \\`).waitFor();
    expect(await page.getByText('Bearer').textContent()).toContain('"Authorization: Bearer $ACCESS_TOKEN"');
  });
});

test('two people edit one customer: the second sees both versions field by field, and nothing is lost', async () => {
  const { app } = dashboard.shop;
  const customer = await createCustomer(app, { name: aName() });
  const { body: address } = await app.admin.post(`/v2/customers/${customer.id}/addresses`, { data: anAddress() });
  const email = `kept.${customer.email}`;
  await asOwner(async page => {
    const other = await page.context().newPage();
    for (const each of [page, other]) await each.goto(`/customers/${customer.id}`);
    await page.getByLabel('Name', { exact: true }).fill('Yours');
    await page.getByLabel('E-mail', { exact: true }).fill(email);
    await other.getByLabel('Name', { exact: true }).fill('Theirs');
    await other.getByLabel('External reference').fill('crm-1');
    await other.getByRole('button', { name: 'Save' }).click();
    await other.getByRole('heading', { name: 'Theirs' }).waitFor();
    await other.close();

    await page.keyboard.press('ControlOrMeta+s');
    const dialog = page.getByRole('dialog', { name: 'Somebody else has saved changes' });
    const choice = (label: string, version: string) =>
      dialog.getByRole('radiogroup', { name: label }).getByRole('radio', { name: version });
    await expect.poll(() => choice('Name', 'Yours Yours').isChecked()).toBe(true);
    expect(await choice('External reference', 'Theirs crm-1').isChecked()).toBe(true);
    expect(await choice('External reference', 'As it was (empty)').count()).toBe(1);
    // Theirs did not touch the e-mail.
    expect(await dialog.getByRole('radiogroup').count()).toBe(2);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Back to editing' }).click();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Yours');
    await page.getByRole('button', { name: 'Save' }).click();
    await choice('Name', 'Theirs Theirs').click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { body } = await app.admin.get(`/v2/customers/${customer.id}`);
    expect(body.data).toMatchObject({ name: 'Theirs', email, external_ref: 'crm-1' });
    await expect.poll(() => page.getByLabel('External reference').inputValue()).toBe('crm-1');

    const addressUrl = `/v2/customers/${customer.id}/addresses/${address.data.id}`;
    await page.getByRole('button', { name: /^Edit address/ }).click();
    await page.getByLabel('Postcode').fill('CT2');
    await page.getByLabel('City').fill('Dover');
    await app.admin.put(addressUrl, { data: { type: 'address', postcode: 'CT9', line_2: 'Floor 2' } });
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await choice('Postcode', 'Yours CT2').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Address saved').waitFor();
    const { body: saved } = await app.admin.get(addressUrl);
    expect(saved.data).toMatchObject({ postcode: 'CT2', city: 'Dover', line_2: 'Floor 2' });

    await page.getByRole('button', { name: /^Delete address/ }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete address' });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await app.admin.put(addressUrl, { data: { type: 'address', city: 'Deal' } });
    await confirm.click();
    await page.getByText(/Somebody else has changed this meanwhile/).waitFor();
    await page.getByRole('dialog').getByText('CT2 Deal').waitFor();
    await confirm.click();
    await page.getByText('No saved addresses.').waitFor();
  });
});

test('saving a customer whom somebody else has deleted meanwhile tells so, and leaves no form behind', async () => {
  const { app } = dashboard.shop;
  const { id, name } = await createCustomer(app, { name: aName() });
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    await page.getByLabel('External reference').fill('crm-2');
    await app.admin.delete(`/v2/customers/${id}`);
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByRole('heading', { name: `${name} was deleted` }).waitFor();
    expect(await page.getByLabel('External reference').count()).toBe(0);
    await page.getByRole('link', { name: 'Go to the customers' }).click();
    await page.waitForURL('**/customers');
  });
});

test('notes are written, changed and deleted, and shown as the text that they are', async () => {
  const customer = await createCustomer(dashboard.shop.app, { name: aName() });
  const notes = async () => {
    const { body } = await dashboard.shop.app.admin.get(`/v2/customers/${customer.id}/notes`);
    return body.data.map((note: { content: string; author: string }) => [note.content, note.author]);
  };
  await asOwner(async page => {
    await page.goto(`/customers/${customer.id}`);
    await page.getByText('No notes yet.').waitFor();
    await page.getByRole('button', { name: 'Add note' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note').fill('   ');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Note is required').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Note').fill('<b>=1+1</b>\nsecond line');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const section = page.getByRole('region', { name: 'Notes' });
    await section.getByText('<b>=1+1</b>').waitFor();
    expect(await notes()).toEqual([['<b>=1+1</b>\nsecond line', 'Grace Hopper']]);
    await page.getByRole('button', { name: 'Edit note' }).click();
    await dialog.getByLabel('Note').fill('Call after 6 pm');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await section.getByText('Call after 6 pm').waitFor();
    await page.getByRole('button', { name: 'Delete note' }).click();
    await dialog.getByRole('button', { name: 'Delete note' }).click();
    await page.getByText('No notes yet.').waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('deleted a note').waitFor();
    expect(await notes()).toEqual([]);
  });
});

test('customers are tagged and deleted together, all that match too, and who could not be is told', async () => {
  const { app } = dashboard.shop;
  const word = `Fair${randomBytes(4).toString('hex')}`;
  const add = (first: string): Promise<{ id: string }> => createCustomer(app, { name: `${first} ${word}` });
  const [gone, other, una] = [await add('Ida'), await add('Bo'), await add('Una')];
  const tagsOf = async (id: string) => (await app.admin.get(`/v2/customers/${id}`)).body.data?.tags;
  await asOwner(async page => {
    const dialog = page.getByRole('dialog');
    const run = async (done: RegExp) => {
      await dialog.getByText(done).waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await dialog.waitFor({ state: 'detached' });
    };
    await page.goto('/customers');
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await page.getByText('25 selected').waitFor();
    await page.getByRole('button', { name: /^Select all \d+$/ }).click();
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await dialog.getByRole('combobox', { name: 'Tags to add' }).fill('Everybody');
    await page.keyboard.press('Enter');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Tag', exact: true }).click();
    await run(/^Done with \d\d customers\.$/);
    for (const { id } of [gone, other, una]) expect(await tagsOf(id)).toEqual(['everybody']);

    await page.goto(`/customers/${una.id}`);
    const field = page.getByRole('combobox', { name: 'Add a tag' });
    await field.fill('ever');
    await field.fill('Late riser');
    await page.keyboard.press('Enter');
    await expect.poll(() => tagsOf(una.id)).toEqual(['everybody', 'late riser']);
    // The timeline may already tell it too.
    await page.getByText('late riser', { exact: true }).waitFor();
    await expectAccessible(page);
    await expect.poll(() => field.isEnabled()).toBe(true);
    await field.focus();
    await page.keyboard.press('Backspace');
    await expect.poll(() => tagsOf(una.id)).toEqual(['everybody']);

    await page.goto(`/customers?search=${word}`);
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await page.getByRole('checkbox', { name: `Select Una ${word}` }).uncheck();
    await page.getByText('2 selected').waitFor();
    await expectAccessible(page);
    // Somebody else is faster.
    await app.admin.delete(`/v2/customers/${gone.id}`);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const confirm = dialog.getByRole('button', { name: 'Delete', exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 2 to confirm').fill('2');
    await confirm.click();
    await dialog.getByText('Not done with 1 customer').waitFor();
    await dialog.getByText('The requested customer could not be found').waitFor();
    await run(/^Done with 1 customer\.$/);
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
  });
  expect((await app.admin.get(`/v2/customers?search=${word}`)).body.data.map(({ id }: { id: string }) => id)).toEqual([
    una.id,
  ]);
});

test('what is being edited outlives the session: the same person signs in again over it', async () => {
  const { app } = dashboard.shop;
  const customer = await createCustomer(app, { name: aName() });
  const editor = await createStaff(app, { role: 'editor' });
  const name = aName();
  await asOwner(async page => {
    await page.goto(`/customers/${customer.id}`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await editor.caller.delete('/staff/sessions');
    await page.keyboard.press('ControlOrMeta+s');
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.getByText('what you have entered is still there').waitFor();
    expect(await dialog.getByLabel('E-mail').inputValue()).toBe(editor.email);
    await expectAccessible(page);
    await dialog.getByLabel('Password', { exact: true }).fill('wrong-password-1');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(staffPassword);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByRole('heading', { name }).waitFor();
  }, editor);
  expect((await app.admin.get(`/v2/customers/${customer.id}`)).body.data.name).toBe(name);
});

test('sessions are shown in pages, and all end after a question', async () => {
  const { app } = dashboard.shop;
  const { customer } = await signUp(app);
  for (let made = 1; made < 11; made += 1) await signIn(app, customer.email);
  await asOwner(async page => {
    await page.goto(`/customers/${customer.id}`);
    const sessions = page.getByRole('region', { name: 'Sessions' });
    await sessions.getByText('1–10 of 11').waitFor();
    await sessions.getByRole('button', { name: 'End all' }).click();
    const question = page.getByRole('dialog', { name: 'End all sessions?' });
    await question.getByText('11 browsers and apps').waitFor();
    await question.getByRole('button', { name: 'End all' }).click();
    await sessions.getByText('Not signed in anywhere.').waitFor();
  });
});

test('a viewer finds nothing to change, and a session that ends leads to the sign-in', async () => {
  const viewer = await createStaff(dashboard.shop.app, { role: 'viewer' });
  await asOwner(async page => {
    await page.route('**/addresses', route => route.fulfill({ status: 403, json: {} }));
    await page.goto(`/customers/${dashboard.shop.ada.id}`);
    await page.getByRole('table', { name: 'Orders' }).waitFor();
    await page.getByText('Prefers to be called after 6 pm.').waitFor();
    for (const [label, text] of [
      ['Name', 'Ada Okafor'],
      ['Loyalty tier', 'gold'],
      ['Newsletter', 'Yes'],
    ] as const) {
      const field = page.getByLabel(label, { exact: true });
      expect([await field.inputValue(), await field.getAttribute('readonly')]).toEqual([text, '']);
    }
    for (const name of [
      'Save',
      'Delete customer',
      'Add address',
      'Add note',
      'Delete note',
      'Set a password',
      'Remove password',
      'End session',
    ])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Timeline' }).count()).toBe(0);
    // A section that fails leaves the others.
    await page.getByRole('region', { name: 'Addresses' }).getByText('This could not be loaded').waitFor();
    await page.getByText('wholesale').waitFor();
    expect(await page.getByLabel('Add a tag').count()).toBe(0);
    for (const path of ['/customers/new', '/products/new']) {
      await page.goto(path);
      await page.getByText('Your role may not see this').waitFor();
    }
    // What the page shows meanwhile asks for nothing more.
    await page.route('**/assets/sign-in-page*', async route => {
      await delay(500);
      await route.continue();
    });
    await viewer.caller.delete('/staff/sessions');
    // Without waiting for the link: what the page still loads may have led to the sign-in already.
    await page.evaluate(() => document.querySelector<HTMLElement>('a[href^="/customers"]')?.click());
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    // However many requests heard of it.
    expect(new URL(page.url()).searchParams.get('next')).not.toContain('sign-in');
  }, viewer);
});
