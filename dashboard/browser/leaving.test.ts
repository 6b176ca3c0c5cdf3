import { expect, test } from 'vitest';
import { createCustomer } from '../../server/test/support/builders.ts';
import { createStaff } from '../../server/test/support/staff.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

test('signing out asks before unsaved changes are lost: whoever stays is still signed in, and saves them', async () => {
  const { app } = dashboard.shop;
  const { id } = await createCustomer(app);
  const editor = await createStaff(app, { role: 'editor' });
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    const field = page.getByLabel('External reference');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    const signOut = async (name: string) => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await field.fill('crm-7');
    for (const name of ['Sign out', 'Sign out everywhere']) {
      await signOut(name);
      await question.getByRole('button', { name: 'Stay' }).last().click();
      await question.waitFor({ state: 'detached' });
      expect((await editor.caller.get('/staff/sessions')).status).toBe(200);
    }
    await page.keyboard.press('Control+s');
    const saved = async () => (await app.admin.get(`/v2/customers/${id}`)).body.data.external_ref;
    await expect.poll(saved).toBe('crm-7');
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });

    await field.fill('lost');
    await signOut('Sign out');
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await editor.caller.get('/staff/sessions')).status).toBe(401);
  }, editor);
});

test('what is done with many customers goes on until it is stopped in so many words, and its report stays', async () => {
  const { ada } = dashboard.shop;
  await asOwner(async page => {
    // Waits until the test lets the next ones go.
    let held = Promise.withResolvers<void>();
    await page.route('**/v2/customers/bulk/tags', async route => {
      await held.promise;
      // As if the API took one at a time.
      await route.fulfill({ json: { data: [{ type: 'customer', id: ada.id }], meta: { cursor: 'next' } } });
    });
    await page.goto('/orders');
    await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await page.getByRole('button', { name: /^Select all \d+$/ }).click();
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Tag / });
    await dialog.getByRole('combobox', { name: 'Tags to add' }).fill('sale');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Tag', exact: true }).click();
    await dialog.getByText(/^0 of /).waitFor();

    const question = page.getByRole('dialog', { name: 'Leave while it runs?' });
    const stay = async () => {
      await question.getByRole('button', { name: 'Stay' }).last().click();
      await question.waitFor({ state: 'detached' });
    };
    await page.goBack();
    await stay();
    const asked = page.waitForEvent('dialog');
    await page.evaluate(() => void setTimeout(() => window.location.reload()));
    await (await asked).dismiss();
    expect(new URL(page.url()).pathname).toBe('/customers');

    await page.keyboard.press('Escape');
    held.resolve();
    await dialog.getByText('Stopped after 1 customer.').waitFor();
    await page.keyboard.press('Escape');
    held = Promise.withResolvers();
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByText(/^1 of /).waitFor();
    await dialog.getByRole('button', { name: 'Stop' }).first().click();
    held.resolve();
    await dialog.getByText('Stopped after 2 customers.').waitFor();
    await page.goBack();
    await page.waitForURL('**/orders');
  });
});
