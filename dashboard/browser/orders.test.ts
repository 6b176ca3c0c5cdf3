import { expect, test } from 'vitest';
import { createFlow } from '../../server/test/support/builders.ts';
import { createOrder, pay, readOrder } from '../../server/test/support/orders.ts';
import { createStaff } from '../../server/test/support/staff.ts';
import { expectAccessible } from './browser.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

/** An order of 30.00 USD, paid or authorized. */
async function aPaidOrder(method: 'purchase' | 'authorize'): Promise<string> {
  const { app, ada } = dashboard.shop;
  const order = await createOrder(app, { customerId: ada.id });
  await pay(app, order.id, { method });
  return order.id;
}

test('the list of orders is filtered, sorted and paged by the address, which can be opened again', async () => {
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Placed' }).getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Last page' }).click();
    await page.waitForURL('**/orders?page=2');

    // By the keyboard alone.
    await page.getByRole('combobox', { name: 'Payment' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Auth');
    await page.getByRole('option', { name: 'Authorized', exact: true }).click();
    await page.waitForURL('**/orders?payment=authorized');
    await page.getByRole('button', { name: 'Total' }).click();
    await page.waitForURL('**/orders?payment=authorized&sort=with_tax');
    expect(await page.getByRole('columnheader', { name: 'Total' }).getAttribute('aria-sort')).toBe('ascending');
    await page.reload();
    const { body } = await dashboard.shop.app.admin.get('/v2/orders?filter=eq(payment,authorized)&sort=with_tax');
    await page.getByText(`${body.meta.results.total} orders`).waitFor();
    const numbers = body.data.map((order: { order_number: string }) => order.order_number);
    expect(await page.locator('tbody tr td:first-child a').allTextContents()).toEqual(numbers);

    await page.goto('/orders?payment=refunded&status=%3Cscript%3E');
    await page.getByRole('heading', { name: 'No order matches' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL(/\/orders$/);
  });
});

test('an order is paid by hand, refunded in part, then fulfilled; an authorized one is captured', async () => {
  const { app, ada } = dashboard.shop;
  const [{ id: paid }, authorized] = await Promise.all([
    createOrder(app, { customerId: ada.id }),
    aPaidOrder('authorize'),
  ]);
  await asOwner(async page => {
    await page.goto(`/orders/${paid}`);
    await page.getByRole('button', { name: 'Record payment' }).click();
    const payment = page.getByRole('dialog', { name: 'Record payment' });
    await payment.getByLabel('Reference').fill('transfer 7');
    for (const leave of ['Escape', 'Cancel']) {
      if (leave === 'Escape') await page.keyboard.press('Escape');
      else await payment.getByRole('button', { name: 'Cancel' }).last().click();
      await payment.getByRole('button', { name: 'Keep editing' }).click();
      expect(await payment.getByLabel('Reference').inputValue()).toBe('transfer 7');
    }
    await payment.getByLabel('Reference').fill('Bank transfer 4711');
    await expectAccessible(page);
    await page.keyboard.press('ControlOrMeta+s');
    await page.getByText(/Bank transfer 4711/).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Record payment' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Refund' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refund this payment' });
    const amount = dialog.getByLabel('Amount in USD');
    expect(await amount.inputValue()).toBe('30.00');
    await expectAccessible(page);
    await amount.fill('30.01');
    expect(await amount.getAttribute('aria-invalid')).toBe('true');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    expect((await readOrder(app, paid)).meta.display_price.paid.amount).toBe(3000);
    // As one types it: a number, although it does not yet look as it will.
    await amount.fill('');
    await amount.pressSequentially('12.3');
    expect(await amount.getAttribute('aria-invalid')).toBeNull();
    await amount.pressSequentially('5');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await page.getByText('$12.35 refunded').waitFor();

    await page.getByRole('button', { name: 'Fulfil' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Fulfil' }).click();
    await page.getByText('Fulfilled', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^(Fulfil|Cancel order)$/ }).count()).toBe(0);
    const order = await readOrder(app, paid);
    expect([order.shipping, order.meta.display_price.paid.amount]).toEqual(['fulfilled', 1765]);

    await page.goto(`/orders/${authorized}`);
    await page.getByRole('button', { name: 'Capture' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Capture' }).click();
    await page.getByText(/^Captured payment: /).waitFor();
    expect((await readOrder(app, authorized)).payment).toBe('paid');
  });
});

test('an order is cancelled and its authorization voided; what the API refuses meanwhile is told', async () => {
  const { app } = dashboard.shop;
  const [id, other] = await Promise.all([aPaidOrder('authorize'), aPaidOrder('purchase')]);
  await asOwner(async page => {
    await page.goto(`/orders/${id}`);
    await page.getByRole('button', { name: 'Void' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Void' }).click();
    await page.getByText('Authorization voided').waitFor();
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
    await page.getByText('Order cancelled').waitFor();
    const order = await readOrder(app, id);
    expect([order.status, order.payment]).toEqual(['cancelled', 'unpaid']);
    expect(
      await page
        .getByRole('main')
        .getByRole('button', { name: /^(Capture|Void|Refund|Fulfil)$/ })
        .count(),
    ).toBe(0);

    await page.goto(`/orders/${other}`);
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await app.admin.put(`/v2/orders/${other}`, { data: { type: 'order', shipping: 'fulfilled' } });
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
    await page.getByText('An order that is fulfilled cannot be cancelled.').waitFor();
  });
});

test('an order and its customer lead to each other, and a viewer finds nothing to do', async () => {
  const { app, ada } = dashboard.shop;
  const id = await aPaidOrder('purchase');
  const flow = await createFlow(app, { name: 'Orders', slug: 'orders', description: '' });
  await app.admin.post('/v2/fields', {
    data: {
      ...{ type: 'field', name: 'Gift', slug: 'gift', field_type: 'boolean', description: '' },
      ...{ required: false, enabled: true, relationships: { flow: { data: { type: 'flow', id: flow.id } } } },
    },
  });
  await app.admin.put(`/v2/orders/${id}`, { data: { type: 'order', gift: true } });
  await asOwner(
    async page => {
      await page.goto(`/customers/${ada.id}`);
      await page.getByRole('table', { name: 'Orders' }).getByRole('link').first().click();
      await page.getByRole('heading', { name: `Order …${id.slice(-8)}` }).waitFor();
      await page.getByRole('region', { name: 'Custom fields' }).getByText('Yes').waitFor();
      expect(await page.getByRole('button', { name: /^(Fulfil|Cancel order|Refund)$/ }).count()).toBe(0);
      await page.getByRole('link', { name: 'Open the customer' }).click();
      await page.getByRole('heading', { name: 'Ada Okafor' }).waitFor();
      await page.goto('/orders/00000000-0000-4000-8000-000000000000');
      await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    },
    await createStaff(app, { role: 'viewer' }),
  );
});

test('an order is found by number, name or e-mail; a privacy officer anonymizes one that is finished', async () => {
  const { app } = dashboard.shop;
  const [paid, open] = [await createOrder(app), await createOrder(app)];
  await app.admin.put(`/v2/orders/${paid.id}`, { data: { type: 'order', order_number: 'Z-90417' } });
  await app.admin.put(`/v2/orders/${open.id}`, { data: { type: 'order', status: 'cancelled' } });
  const officer = await createStaff(app, { role: 'privacy_officer' });
  await asOwner(async page => {
    await page.goto('/orders');
    const box = page.getByRole('searchbox', { name: 'Find an order' });
    for (const text of ['9041', paid.id]) {
      await box.fill(text);
      await page.getByText('1 order', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Z-90417' }).waitFor();
    }
    await page.waitForURL(`**/orders?search=${paid.id}`);
    await box.fill(`${paid.customer.email}"*`);
    await page.getByRole('heading', { name: 'No order matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.goto(`/orders/${paid.id}`);
    await page.getByText('Z-90417').first().waitFor();
    expect(await page.getByRole('button', { name: 'Anonymize' }).count()).toBe(0);
    await page.goto(`/orders/${open.id}`);
    await page.getByRole('button', { name: 'Anonymize' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Anonymize' }).click();
    await page.getByText('Personal data of this order was removed.').waitFor();
    await page.getByRole('button', { name: 'Anonymize' }).waitFor({ state: 'detached' });
  }, officer);
  expect((await readOrder(app, open.id)).anonymized).toBe(true);
});
