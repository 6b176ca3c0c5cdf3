import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  createCustomer,
  createEntry,
  createField,
  createFlow,
  createProduct,
} from '../../server/test/support/builders.ts';
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
    await page.getByRole('cell').getByRole('link', { name: 'Customers' }).click();
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
    await dialog.getByText('A unique field has no default').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('switch', { name: 'Unique' }).uncheck();
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
      ...{ name: 'Points', field_type: 'integer', order: 3, unique: false, required: false, default: 5 },
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

test('a product is made with a price and a stock, found, changed and deleted; a viewer finds nothing to change', async () => {
  const { app } = dashboard.shop;
  const flow = await createFlow(app, { name: 'Products', slug: 'products' });
  await createField(app, flow.id, { name: 'Material', slug: 'material', field_type: 'string' });
  const apron = await createProduct(app, { name: 'Denim apron', sku: 'APR-1' });
  await asOwner(async page => {
    await page.goto('/products/new');
    await page.getByLabel('Name').fill('Stoneware mug <b>');
    expect(await page.getByLabel('Slug').inputValue()).toBe('stoneware-mug-b');
    await page.getByLabel('SKU').fill('APR-1');
    await page.getByLabel('Material').fill('Stoneware');
    await page.getByLabel('In stock').fill('12');
    await page.getByRole('button', { name: 'Create product' }).click();
    await page.getByText('Enter a price in at least one currency').waitFor();
    await page.getByRole('textbox', { name: 'Price in USD' }).fill('18.5');
    await page.getByRole('button', { name: 'Create product' }).click();
    await page.getByText('A product with this SKU already exists').waitFor();
    await expectAccessible(page);
    await page.getByLabel('SKU').fill('MUG-7');
    await page.getByRole('button', { name: 'Create product' }).click();
    await page.getByRole('heading', { name: 'Stoneware mug <b>' }).waitFor();
    await page.getByText('12 at first').waitFor();
    const readProduct = async () => (await app.admin.get('/v2/products?filter=eq(sku,MUG-7)')).body.data[0];
    expect(await readProduct()).toMatchObject({
      ...{ status: 'draft', manage_stock: true, material: 'Stoneware', meta: { stock: { level: 12 } } },
      price: [{ amount: 1850, currency: 'USD', includes_tax: true }],
    });

    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Live' }).click();
    await page.getByRole('textbox', { name: 'Price in USD' }).fill('1234.5');
    await page.getByRole('switch', { name: 'Price in USD includes tax' }).uncheck();
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await readProduct()).toMatchObject({
      status: 'live',
      price: [{ amount: 123450, currency: 'USD', includes_tax: false }],
    });

    // As one types it: the price is a number before it looks like one.
    await page.getByRole('textbox', { name: 'Price in USD' }).fill('');
    await page.getByRole('textbox', { name: 'Price in USD' }).pressSequentially('8.50');
    await page.keyboard.press('ControlOrMeta+s');
    await expect.poll(async () => (await readProduct()).price[0].amount).toBe(850);

    await page.getByRole('button', { name: 'Adjust' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Quantity').fill('13');
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Some are gone' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('insufficient stock levels').waitFor();
    await dialog.getByLabel('Quantity').fill('2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('2 taken out').waitFor();
    expect((await readProduct()).meta.stock.level).toBe(10);

    await page.getByRole('link', { name: 'Products' }).first().click();
    await page.getByRole('cell').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('mug <');
    await page.waitForURL('**/products?search=mug+%3C');
    await page.getByText('1 product', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Stoneware mug <b>' }).waitFor();
    await page.goto('/products?search=ug-&by=sku&status=live');
    await page.getByRole('link', { name: 'Stoneware mug <b>' }).click();
    await page.getByRole('button', { name: 'Delete product' }).click();
    await dialog.getByText('Carts and orders keep what they know of it.').waitFor();
    await dialog.getByRole('button', { name: 'Delete product' }).click();
    await page.waitForURL(/\/products$/);
    await page.getByText('Product deleted').waitFor();
    expect(await readProduct()).toBeUndefined();
  });
  await asOwner(
    async page => {
      await page.goto(`/products/${apron.id}`);
      await page.getByRole('heading', { name: 'Denim apron' }).waitFor();
      await page.getByText('Available').waitFor();
      expect(
        await page
          .getByRole('main')
          .getByRole('button', { name: /add|save|delete|adjust/i })
          .count(),
      ).toBe(0);
      expect(await page.getByLabel('Name').getAttribute('readonly')).not.toBeNull();
    },
    await createStaff(app, { role: 'viewer' }),
  );
});

test('what a customer is related to is chosen by typing, shown with names that lead there, and removed', async () => {
  const { app } = dashboard.shop;
  const { body } = await app.admin.get('/v2/flows/customers');
  const shops = await createFlow(app, { slug: 'shops' });
  await createField(app, shops.id, { slug: 'city' });
  const leeds = await createEntry(app, 'shops', { city: 'Leeds' });
  const relate = (slug: string, name: string, rule: object) =>
    createField(app, body.data.id, { slug, name, field_type: 'relationship', validation_rules: [rule] });
  await relate('friends', 'Friends', { type: 'one-to-many', to: 'customer' });
  await relate('shop', 'Home shop', { type: 'one-to-one', to: 'shops' });
  const [ida, una, bo] = await Promise.all(['Ida Rel', 'Una Rel', 'Bo Rel'].map(name => createCustomer(app, { name })));
  const related = async () => (await app.admin.get(`/v2/customers/${ida?.id}`)).body.data.relationships;
  const to = (customer: typeof ida) => ({ type: 'customer', id: customer?.id });
  await asOwner(async page => {
    await page.goto(`/customers/${ida?.id}`);
    // By the keyboard: a section that loads above moves what the pointer is about to hit.
    const choose = async (input: Locator, text: string, option: RegExp | string) => {
      await input.fill(text);
      // It alone: what was shown before one typed has gone.
      await expect.poll(() => page.getByRole('option').count()).toBe(1);
      await page.getByRole('option', { name: option }).waitFor();
      await input.press('ArrowDown');
      await input.press('Enter');
    };
    const friends = page.getByRole('combobox', { name: 'Friends' });
    await choose(friends, 'una rel', /^Una Rel/);
    await page.getByRole('link', { name: `Una Rel (${una?.email})` }).waitFor();
    // Somebody else adds another meanwhile, which the next choice keeps.
    await app.admin.post(`/v2/flows/customers/entries/${ida?.id}/relationships/friends`, { data: [to(ida)] });
    await choose(friends, 'bo rel', /^Bo Rel/);
    await page.getByRole('link', { name: `Bo Rel (${bo?.email})` }).waitFor();
    expect((await related()).friends.data).toEqual([to(una), to(ida), to(bo)]);
    await friends.focus();
    await page.keyboard.press('Backspace');
    await expect.poll(async () => (await related()).friends.data).toEqual([to(una), to(ida)]);

    const shop = page.getByRole('combobox', { name: 'Home shop' });
    await choose(shop, 'lee', 'Leeds');
    await expect.poll(async () => (await related()).shop.data).toEqual({ type: 'entry', id: leeds.id });
    await expectAccessible(page);
    await page.getByLabel('Clear Home shop').click();
    await expect.poll(async () => (await related()).shop.data).toBeNull();
    // The list is narrowed down by it.
    await page.goto('/customers');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'Friends', exact: true }).click();
    const filter = page.getByRole('dialog', { name: 'Friends' });
    await filter.getByRole('combobox', { name: 'Friends' }).fill('una rel');
    await filter.getByRole('option', { name: /^Una Rel/ }).click();
    await filter.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: `Friends: Una Rel (${una?.email})` }).waitFor();
    await page.getByText('1 customer', { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Ida Rel' }).click();
    await page.getByRole('heading', { name: 'Ida Rel' }).waitFor();
    await app.admin.delete(`/v2/customers/${una?.id}`);
    await friends.fill('una');
    await page.getByText('Nothing found').filter({ visible: true }).waitFor();
  });
  await asOwner(
    async page => {
      await page.goto(`/customers/${ida?.id}`);
      await page.getByRole('link', { name: `Ida Rel (${ida?.email})` }).waitFor();
      expect(await page.getByRole('combobox', { name: 'Friends' }).count()).toBe(0);
    },
    await createStaff(app, { role: 'viewer' }),
  );
});
