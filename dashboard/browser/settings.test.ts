import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCustomer } from '../../server/test/support/builders.ts';
import { createStaff, staffPassword, staffSignIn } from '../../server/test/support/staff.ts';
import { expectAccessible, openPage } from './browser.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

const unique = (text: string) => `${text} ${randomBytes(3).toString('hex')}`;

test('a key is made, shown once, copied, and revoked after a question', async () => {
  const { app } = dashboard.shop;
  const name = unique('<b>Till</b>');
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText('Name is required').waitFor();
    await dialog.getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await dialog.getByText(/Copy the secret now/).waitFor();
    await expectAccessible(page);
    const credentials = {
      client_id: await dialog.getByLabel('Client ID', { exact: true }).inputValue(),
      client_secret: await dialog.getByLabel('Client secret', { exact: true }).inputValue(),
    };
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy: Client secret' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(credentials.client_secret);
    // It would be lost.
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(credentials.client_secret);
    const signIn = async () => {
      const payload = new URLSearchParams({ grant_type: 'client_credentials', ...credentials }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await app.send({ method: 'POST', url: '/oauth/access_token', headers, payload })).status;
    };
    expect(await signIn()).toBe(200);

    await page.getByRole('button', { name: `Revoke ${name}` }).click();
    await dialog.getByText(credentials.client_id).waitFor();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page
      .getByRole('row', { name })
      .getByRole('cell', { name: /^Revoked / })
      .waitFor();
    expect(await page.getByRole('button', { name: `Revoke ${name}` }).count()).toBe(0);
    expect(await signIn()).toBe(401);
  });
});

test('staff are added by a link, get another role, and are signed out and removed', async () => {
  const { app, url, browser } = { ...dashboard.shop, browser: dashboard.browser };
  const name = unique('Ada Obi');
  const email = `${name.replaceAll(' ', '.')}@example.com`.toLowerCase();
  await asOwner(async page => {
    await page.goto('/settings/staff');
    await page.getByRole('button', { name: 'Add staff' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('E-mail').fill(dashboard.shop.owner.email);
    await dialog.getByLabel('Viewer').check();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Add and make a link' }).click();
    await dialog.getByText('A member of staff with this email already exists').waitFor();
    await dialog.getByLabel('E-mail').fill(email);
    await dialog.getByRole('button', { name: 'Add and make a link' }).click();
    const link = await dialog.getByLabel('Set-up link', { exact: true }).inputValue();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name });
    await row.getByRole('cell', { name: 'Has not signed in yet', exact: true }).waitFor();

    const invited = await openPage(browser, url);
    await invited.page.goto(link.replace(/^https?:\/\/[^/]+/, ''));
    await invited.page.getByLabel('Password', { exact: true }).fill(staffPassword);
    await invited.page.getByRole('button', { name: 'Set password and sign in' }).click();
    await invited.page.getByRole('heading', { name: 'Customers' }).waitFor();
    // A viewer reads what is set, and finds neither keys nor staff.
    await invited.page.getByRole('link', { name: 'Settings' }).click();
    await invited.page.getByText('Your role may look, but not change.').waitFor();
    const ways = invited.page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
    expect(await ways.allTextContents()).toEqual(['Store']);
    expect(await invited.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await invited.page.goto('/settings/keys');
    await invited.page.getByRole('heading', { name: 'Your role may not see this' }).waitFor();

    await page.reload();
    const act = async (what: string) => {
      await page.getByRole('button', { name: `Actions for ${name}` }).click();
      await page.getByRole('menuitem', { name: what }).click();
    };
    await act('Edit');
    await dialog.getByLabel('Editor').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.getByRole('cell', { name: 'Editor', exact: true }).waitFor();
    await invited.page.goto('/customers');
    await invited.page.getByRole('link', { name: 'Add customer' }).waitFor();

    await act('Sign out everywhere');
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
    await row.getByRole('cell', { name: 'Signed out', exact: true }).waitFor();
    await invited.page.evaluate(() => document.querySelector<HTMLElement>('a[href^="/orders"]')?.click());
    await invited.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(invited.faults).toEqual([]);
    await invited.close();

    await act('New set-up link');
    await dialog.getByRole('button', { name: 'Make link' }).click();
    expect(await dialog.getByLabel('Set-up link', { exact: true }).inputValue()).toMatch(/\/setup#[\w-]{43}$/);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await act('Remove');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText(`${name} was removed`).waitFor();
    await expect.poll(() => row.count()).toBe(0);
    expect((await staffSignIn(app, { email })).status).toBe(401);

    // Nobody is left to let them in again.
    await page.getByRole('button', { name: 'Actions for Grace Hopper' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByText('There must be an owner who can sign in').waitFor();
  });
});

test('the log tells who did what, and is narrowed down by both; only those who may see it find it', async () => {
  const { app, owner } = dashboard.shop;
  const name = unique('Ines Log');
  const { id } = await createCustomer(app, { name });
  await owner.caller.put(`/v2/customers/${id}`, { data: { type: 'customer', loyalty_tier: 'gold' } });
  const gone = await createCustomer(app);
  await owner.caller.delete(`/v2/customers/${gone.id}`);
  await asOwner(async page => {
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    const entries = page.getByRole('listitem');
    await entries.filter({ hasText: `Grace Hopper changed the customer · ${name}` }).waitFor();
    await expectAccessible(page);
    await entries.first().getByRole('link', { name: 'Grace Hopper' }).click();
    await page.getByText('Who: Grace Hopper').waitFor();
    await expect.poll(() => entries.filter({ hasText: 'The application' }).count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('filter')).toBe(`eq(initiator_id,${owner.id})`);

    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'What', exact: true }).click();
    await page.getByRole('combobox', { name: 'What' }).fill('deleted a cust');
    await page.getByRole('option', { name: 'deleted a customer' }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1 entry').waitFor();
    expect(await entries.allTextContents()).toEqual([expect.stringMatching(/^Grace Hopper deleted a customer/)]);
    // What was written before forgets with the customer.
    await page.goto(`/settings/log?filter=${encodeURIComponent(`eq(customer_id,${gone.id})`)}`);
    await entries.filter({ hasText: 'created the customer · (a customer who is gone)' }).waitFor();
    await page.getByText('(removed with the customer)').first().waitFor({ state: 'attached' });

    await page.goto(`/settings/log?filter=${encodeURIComponent(`eq(customer_id,${id})`)}`);
    await entries.getByText('Loyalty tier').waitFor();
    await entries.getByText('(empty) → gold').waitFor();
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('heading', { name }).waitFor();
  });
  const viewer = await createStaff(app, { role: 'viewer' });
  await asOwner(async page => {
    await page.goto('/settings/log');
    await page.getByText('Your role may not see this').waitFor();
    expect(await page.getByRole('link', { name: 'Log', exact: true }).count()).toBe(0);
  }, viewer);
});

test('settings are changed together, each where the API has it, with faults at their fields', async () => {
  const { app } = dashboard.shop;
  const read = async (path: string) => (await app.admin.get(path)).body.data;
  await asOwner(async page => {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto('/settings');
    const save = page.getByRole('button', { name: 'Save' });
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(await save.isDisabled()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByLabel('Days that a cart is kept').fill('400');
    await page.getByLabel('Name', { exact: true }).fill('Käse & Brot');
    await page.getByText('Days that a cart is kept must be a whole number from 1 to 365').waitFor();
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByLabel('Days that a cart is kept').fill('30');
    await page.getByLabel('Fewest characters of a password').fill('10');
    await page.getByLabel('Days that logs of personal data are kept').fill('90');
    await page.getByLabel('The usual fields').uncheck();
    await page.getByRole('combobox', { name: 'Mandatory fields' }).click({ force: true });
    await page.getByRole('option', { name: 'Last name' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Custom discounts').check();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Stay' })
      .last()
      .click();
    await expectAccessible(page);
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await save.isDisabled()).toBe(true);

    expect(await read('/v2/settings')).toMatchObject({ page_length: 100, address_mandatory_fields: ['last_name'] });
    expect(await read('/v2/settings/cart')).toMatchObject({
      cart_expiry_days: 30,
      discounts: { custom_discounts_enabled: true },
    });
    expect(await read('/v2/settings/logs-ttl')).toMatchObject({ days: 90 });
    const { body } = await dashboard.shop.owner.caller.get('/staff/stores/current');
    expect(body.data).toMatchObject({ name: 'Käse & Brot', password_min_length: 10, is_sign_up_open: true });
    await page.reload();
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Käse & Brot');
    expect(await page.getByLabel('The usual fields').isChecked()).toBe(false);
  });
});

test('another store is opened only when nothing would be lost, and what is made belongs to the store that is shown', async () => {
  const { app } = dashboard.shop;
  const other = await app.addStore();
  const name = unique('Mona');
  const email = `${name.replace(' ', '.').toLowerCase()}@example.com`;
  await asOwner(async page => {
    await page.goto('/customers/new');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('E-mail').fill(email);
    const stores = page.getByRole('combobox', { name: 'Store' });
    const shown = await stores.inputValue();
    const open = async () => {
      await stores.click();
      await page.getByRole('option').filter({ hasNotText: shown }).click();
    };
    await open();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay' }).last().click();
    expect(await stores.inputValue()).toBe(shown);
    await page.getByRole('button', { name: 'Create customer' }).click();
    await page.getByRole('heading', { name }).waitFor();
    const foundIn = async (store: { admin: typeof app.admin }) =>
      (await store.admin.get(`/v2/customers?filter=eq(email,${email})`)).body.data.length;
    expect([await foundIn(app), await foundIn(other)]).toEqual([1, 0]);

    await page.getByLabel('Name', { exact: true }).fill('Lost');
    await open();
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
    expect(await stores.inputValue()).not.toBe(shown);
  });
});
