import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createCustomer } from '../../server/test/support/builders.ts';
import { createStaff } from '../../server/test/support/staff.ts';
import { expectAccessible } from './browser.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

/** The names of the fields of a flow, in the order in which the page shows them, and in which the API does. */
async function shownFields(page: Page): Promise<string[]> {
  const names = page.getByRole('list', { name: 'Fields' }).getByRole('listitem').locator('p:first-child');
  return names.allTextContents();
}
const fieldsOf = async (slug: string) =>
  (await dashboard.shop.app.admin.get(`/v2/flows/${slug}/fields`)).body.data as {
    name: string;
    slug: string;
    [key: string]: unknown;
  }[];

test('a field is made with its rules, moved, changed and deleted, and the form of customers has it at once', async () => {
  const customer = await createCustomer(dashboard.shop.app, { name: 'Bo Ek' });
  await asOwner(async page => {
    // Reads the fields of before, which must be forgotten.
    await page.goto(`/customers/${customer.id}`);
    await page.getByLabel('Loyalty tier').first().waitFor();
    await page.getByRole('link', { name: 'Custom fields' }).click();
    await page.getByRole('link', { name: 'Customers', exact: true }).last().click();
    await page.getByRole('button', { name: 'Add field' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Points');
    expect(await dialog.getByLabel('Slug').inputValue()).toBe('points');
    await dialog.getByLabel('Slug').fill('email');
    await dialog.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'Whole number' }).click();
    await dialog.getByLabel('Smallest').fill('1');
    await dialog.getByLabel('Default', { exact: true }).fill('7');
    await dialog.getByRole('switch', { name: 'Unique' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Slug has a meaning of its own').waitFor();
    await dialog.getByText('Enter both bounds, or none').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Slug').fill('loyalty_tier');
    await dialog.getByLabel('Largest').fill('5');
    await dialog.getByLabel('Default', { exact: true }).fill('5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    // What only the API knows.
    await dialog.getByText('The flow already has a field with this slug').waitFor();
    await dialog.getByLabel('Slug').fill('points');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('points · Whole number · 1 to 5 · default: 5').waitFor();
    expect((await fieldsOf('customers')).at(-1)).toMatchObject({
      ...{ name: 'Points', field_type: 'integer', order: 3, unique: true, required: false, default: 5 },
      validation_rules: [{ type: 'between', options: { from: 1, to: 5 } }],
    });

    await page.getByRole('button', { name: 'Move up: Points' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Points is now 2 of 3').waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.getByText('Points is now 1 of 3').waitFor({ state: 'attached' });
    const names = ['Points', 'Loyalty tier', 'Newsletter'];
    expect(await shownFields(page)).toEqual(names);
    expect((await fieldsOf('customers')).map(({ name }) => name)).toEqual(names);

    await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
    await page.getByRole('link', { name: 'Bo Ek' }).click();
    const points = page.getByLabel('Points');
    expect(await points.inputValue()).toBe('5');
    await points.fill('9');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Points may not be greater than 5').waitFor();
    await points.fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { body } = await dashboard.shop.app.admin.get(`/v2/customers/${customer.id}`);
    expect(body.data.points).toBe(3);

    await page.goto('/flows/customers');
    await page.getByRole('button', { name: 'Edit field: Points' }).click();
    await dialog.getByText('The type of a field cannot be changed.').waitFor();
    expect(await dialog.getByLabel('Largest').inputValue()).toBe('5');
    await dialog.getByRole('switch', { name: 'Enabled' }).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete field: Points' }).click();
    await dialog.getByText('Points disappears from all customers at once').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Delete field' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type points to confirm').fill('points');
    await confirm.click();
    await page.getByText('Field deleted').waitFor();
    expect((await fieldsOf('customers')).map(({ name }) => name)).toEqual(names.slice(1));
  });
});

test('a resource of its own is made with a relationship, renamed and deleted; a viewer finds nothing to change', async () => {
  const { app } = dashboard.shop;
  await asOwner(async page => {
    await page.goto('/flows');
    await page.getByRole('button', { name: 'New flow' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Fields of' }).click();
    await page.getByRole('option', { name: 'A resource of its own' }).click();
    await dialog.getByLabel('Name').fill('Réal Stores');
    expect(await dialog.getByLabel('Slug').inputValue()).toBe('real-stores');
    await dialog.getByLabel('Slug').fill('customers');
    await dialog.getByRole('button', { name: 'Create flow' }).click();
    await dialog.getByText('A flow with this slug already exists').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Slug').fill('real-stores');
    await dialog.getByRole('button', { name: 'Create flow' }).click();
    await page.getByRole('heading', { name: 'Réal Stores' }).waitFor();
    await page.getByText('No fields yet.').waitFor();

    await page.getByRole('button', { name: 'Add field' }).click();
    await dialog.getByLabel('Name').fill('Managers');
    await dialog.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'Relationship' }).click();
    await dialog.getByRole('combobox', { name: 'Points to' }).click();
    await page.getByRole('option', { name: 'Customers' }).click();
    await dialog.getByRole('combobox', { name: 'How many' }).click();
    await page.getByRole('option', { name: 'Several' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('managers · Relationship · several of customer').waitFor();
    expect(await fieldsOf('real-stores')).toMatchObject([
      { slug: 'managers', validation_rules: [{ type: 'one-to-many', to: 'customer' }] },
    ]);
    await app.admin.post('/v2/flows/real-stores/entries', { data: { type: 'entry' } });

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog.getByLabel('Slug').fill('shops');
    await dialog.getByRole('switch', { name: 'Enabled' }).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/flows/shops');
    await page.getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete flow' }).click();
    await dialog.getByText('its only entry').waitFor();
    await dialog.getByLabel('Type shops to confirm').fill('shops');
    await dialog.getByRole('button', { name: 'Delete flow' }).click();
    await page.waitForURL(/\/flows$/);
    expect((await app.admin.get('/v2/flows/shops')).status).toBe(404);
  });
  await asOwner(
    async page => {
      await page.goto('/flows/customers');
      await page.getByText('Newsletter', { exact: true }).waitFor();
      expect(
        await page
          .getByRole('main')
          .getByRole('button', { name: /add|edit|delete|move/i })
          .count(),
      ).toBe(0);
    },
    await createStaff(app, { role: 'viewer' }),
  );
});
