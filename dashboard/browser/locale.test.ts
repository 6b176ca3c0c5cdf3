import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { createCustomer, createField } from '../../server/test/support/builders.ts';
import { createOrder } from '../../server/test/support/orders.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const inLocale = (locale: string, work: (page: Page) => Promise<void>) =>
  dashboard.asOwner(work, dashboard.shop.owner, { locale });

beforeAll(async () => {
  const { app } = dashboard.shop;
  const { body } = await app.admin.get('/v2/flows');
  const [{ id }] = body.data;
  const between = (from: number, to: number) => [{ type: 'between', options: { from, to } }];
  await createField(app, id, { name: 'Birthday', slug: 'birthday', field_type: 'date' });
  await createField(app, id, { name: 'Points', slug: 'points', field_type: 'integer' });
  await createField(app, id, {
    ...{ name: 'Discount', slug: 'discount', field_type: 'float', validation_rules: between(0.1, 1500) },
  });
});

test('amounts and numbers are typed as the page writes them; what is none is told, kept, and not saved', async () => {
  const { app, ada } = dashboard.shop;
  const order = await createOrder(app, { customerId: ada.id });
  const readCustomer = async () => (await app.admin.get(`/v2/customers/${ada.id}`)).body.data;
  const readPrice = async () =>
    (await app.admin.get('/v2/products?filter=eq(sku,POT-1)')).body.data[0]?.price[0].amount;
  await inLocale('en-US', async page => {
    await page.goto('/products/new');
    await page.getByLabel('Name').fill('Stockpot');
    await page.getByLabel('SKU').fill('POT-1');
    const price = page.getByRole('textbox', { name: 'Price in USD' });
    for (const [typed, said] of [
      ['1.299,00', 'Price in USD must be a number, such as 1,234.5'],
      ['12.345', 'Price in USD may have at most 2 decimals'],
      ['-5', 'Price in USD must be at least 0.00'],
    ] as const) {
      await price.fill('');
      await price.pressSequentially(typed);
      await page.keyboard.press('ControlOrMeta+s');
      await page.getByText(said).waitFor();
      expect(await price.inputValue()).toMatch(typed);
    }
    await price.fill('');
    await price.pressSequentially('1,299.00');
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByRole('heading', { name: 'Stockpot' }).waitFor();
    expect(await readPrice()).toBe(129_900);

    await page.goto(`/orders/${order.id}`);
    await page.getByRole('button', { name: 'Record payment' }).click();
    const dialog = page.getByRole('dialog');
    const amount = dialog.getByLabel('Amount in USD');
    for (const typed of ['1,000.00', '1e1', '0']) {
      await amount.fill('');
      await amount.pressSequentially(typed);
      await dialog.getByRole('button', { name: 'Record', exact: true }).click();
      expect([await amount.inputValue(), await amount.getAttribute('aria-invalid')]).toEqual([
        typed === '0' ? '0.00' : typed,
        'true',
      ]);
    }
    expect((await app.admin.get(`/v2/orders/${order.id}/transactions`)).body.data).toEqual([]);

    await page.goto(`/customers/${ada.id}`);
    const points = page.getByLabel('Points');
    for (const [typed, said] of [
      ['1.5', 'Points must be a whole number, such as 1,234'],
      ['9007199254740993', 'Points may not be greater than 9,007,199,254,740,991'],
    ] as const) {
      await points.fill('');
      await points.pressSequentially(typed);
      await page.keyboard.press('ControlOrMeta+s');
      await page.getByText(said).waitFor();
      expect(await points.inputValue()).toBe(typed);
    }
    await points.fill('1,500');
    await page.getByLabel('Discount').fill('1e2');
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('Discount must be a number, such as 1,234.5').waitFor();
    await page.getByLabel('Discount').fill('2000');
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('Discount may not be greater than 1,500').waitFor();
    expect((await readCustomer()).points).toBeNull();
    await page.getByLabel('Discount').fill('1,234.00012');
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await readCustomer()).toMatchObject({ points: 1500, discount: 1234.00012 });

    await page.goto('/customers');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'Points' }).click();
    const least = page.getByLabel('At least');
    await least.fill('1.5');
    await page.keyboard.press('Enter');
    await page.getByText('At least must be a whole number').waitFor();
    await least.fill('1,500');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Points: at least 1,500' }).waitFor();
    expect(new URL(page.url()).searchParams.get('filter')).toBe('ge(customers.points,1500)');
    await page.getByText('1 customer').waitFor();
  });
  await inLocale('de-DE', async page => {
    await page.goto('/products');
    await page.getByRole('link', { name: 'Stockpot' }).click();
    const price = page.getByRole('textbox', { name: 'Price in USD' });
    await price.waitFor();
    expect(await price.inputValue()).toBe('1.299,00');
    await price.fill('');
    await price.pressSequentially('1.099,5');
    await page.keyboard.press('ControlOrMeta+s');
    await page.keyboard.press('Tab');
    await page.getByText('Saved', { exact: true }).waitFor();
    expect([await readPrice(), await price.inputValue()]).toEqual([109_950, '1.099,50']);
    await page.goto(`/orders/${order.id}`);
    await page.getByRole('button', { name: 'Record payment' }).click();
    await page.getByText('At most 30,00.').waitFor();
    expect(await page.getByLabel('Amount in USD').inputValue()).toBe('30,00');
  });
});

test('a date of a field is a day of the calendar, wherever it is looked at: in lists, filters, chips and views', async () => {
  const { app, owner } = dashboard.shop;
  const ada = await createCustomer(app, { name: 'Ada January', birthday: '1990-01-31' });
  await createCustomer(app, { name: 'Bo February', birthday: '1990-02-01' });
  await dashboard.asOwner(
    async page => {
      const chip = page.getByRole('button', { name: 'Birthday: 31 Jan 1990' });
      const names = () => page.locator('tbody tr td:nth-child(2) a').allTextContents();
      await page.goto('/customers');
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'Birthday' }).check();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Add filter' }).click();
      await page.getByRole('menuitem', { name: 'Birthday' }).click();
      await page.getByLabel('From').fill('1990-01-31');
      await page.getByLabel('To', { exact: true }).fill('1990-01-31');
      await page.keyboard.press('Enter');
      await chip.waitFor();
      expect(new URL(page.url()).searchParams.get('filter')).toBe(
        'ge(customers.birthday,1990-01-31):lt(customers.birthday,1990-02-01)',
      );
      await expect.poll(names).toEqual(['Ada January']);
      await page.getByRole('cell', { name: '31 Jan 1990' }).waitFor();
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Save as new view' }).click();
      await page.getByRole('dialog').getByLabel('Name of the view').fill('Birthdays');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Birthdays' }).waitFor();
      await page.reload();
      await chip.click();
      expect(await page.getByLabel('From').inputValue()).toBe('1990-01-31');
      expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('1990-01-31');
      await page.goto('/customers');
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Birthdays' }).click();
      await chip.waitFor();
      await expect.poll(names).toEqual(['Ada January']);
      await page.goto(`/customers/${ada.id}`);
      const input = page.getByRole('textbox', { name: 'Birthday' });
      await input.waitFor();
      expect(await input.inputValue()).toBe('1990-01-31');
    },
    owner,
    { timezoneId: 'America/New_York' },
  );
});

test('of two who change one date, the second sees both as the page writes dates', async () => {
  const { app } = dashboard.shop;
  const { id } = await createCustomer(app, { birthday: '1990-01-31', points: 1 });
  await dashboard.asOwner(async page => {
    await page.goto(`/customers/${id}`);
    await page.getByRole('textbox', { name: 'Birthday' }).fill('1991-05-05');
    await app.admin.put(`/v2/customers/${id}`, { data: { type: 'customer', birthday: '1992-06-06', points: 1500 } });
    await page.keyboard.press('ControlOrMeta+s');
    const dialog = page.getByRole('dialog');
    for (const told of ['Theirs 6 Jun 1992', 'Yours 5 May 1991', 'Theirs 1,500'])
      await dialog.getByRole('radio', { name: told }).waitFor();
  });
});
