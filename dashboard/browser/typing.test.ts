import { expect, test } from 'vitest';
import { createCustomer } from '../../server/test/support/builders.ts';
import { expectAccessible } from './browser.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

test('what is typed after Ctrl+K belongs to the palette, while it loads and at each opening', async () => {
  const { id, name } = await createCustomer(dashboard.shop.app, { name: 'Francesca Shanahan' });
  await asOwner(async page => {
    const held = Promise.withResolvers<void>();
    await page.route('**/palette-*.js', async route => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`/customers/${id}`);
    const field = page.getByLabel('Name', { exact: true });
    const palette = page.getByRole('combobox', { name: 'Name, e-mail, phone, order number, or a page' });
    for (const opening of ['first', 'second']) {
      await field.focus();
      await page.keyboard.press('Control+k');
      await page.keyboard.type(`x${opening}`);
      await page.keyboard.press('Backspace');
      held.resolve();
      await palette.waitFor();
      await expect.poll(() => palette.inputValue()).toBe(`x${opening}`.slice(0, -1));
      await page.keyboard.type('!');
      await expect.poll(() => palette.inputValue()).toBe(`${`x${opening}`.slice(0, -1)}!`);
      expect(await field.inputValue()).toBe(name);
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sett');
    await page.getByRole('option', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/settings');
  });
});

test('a password that is not set is not left without a question', async () => {
  const { id } = await createCustomer(dashboard.shop.app);
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByRole('link', { name: 'Orders', exact: true }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay' }).last().click();
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('Password set. Sessions of the customer have ended.').waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).first().click();
    await page.waitForURL('**/orders');
  });
});

test('dialogs for flows, fields and staff ask before they lose what was typed, and save with Ctrl+S', async () => {
  await asOwner(async page => {
    const refuseToClose = async (field: string, text: string) => {
      await page.getByRole('dialog').getByLabel(field, { exact: true }).first().fill(text);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
      expect(await page.getByRole('dialog').getByLabel(field, { exact: true }).first().inputValue()).toBe(text);
    };
    await page.goto('/flows');
    await page.getByRole('button', { name: 'New flow' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: 'Fields of' }).click();
    await page.getByRole('option', { name: 'A resource of its own' }).click();
    await refuseToClose('Name', 'Shops nearby');
    await page.keyboard.press('Control+s');
    await page.waitForURL('**/flows/shops-nearby');
    await page.getByRole('button', { name: 'Add field' }).first().click();
    await refuseToClose('Name', 'Floors');
    await page.keyboard.press('Control+s');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Floors', { exact: true }).waitFor();
    await page.goto('/settings/staff');
    await page.getByRole('button', { name: 'Add staff' }).click();
    await refuseToClose('Name', 'Somebody');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

test('tags that are offered make room for what stands beneath, however many the store has', async () => {
  const tags = Array.from({ length: 40 }, (_, index) => `tag-${index}`);
  await createCustomer(dashboard.shop.app, { tags: tags.slice(0, 20) });
  await createCustomer(dashboard.shop.app, { tags: tags.slice(20) });
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByRole('combobox', { name: 'Tags to add' });
    await field.click();
    await page.getByRole('option', { name: /^tag-/ }).first().waitFor();
    await expectAccessible(page);
    await field.fill('fresh');
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().waitFor({ state: 'hidden' });
    // Not covered: a click needs no force.
    await dialog.getByRole('button', { name: 'Tag', exact: true }).click({ trial: true });
  });
});

test('of two who rewrite one note, the second sees both texts', async () => {
  const { app } = dashboard.shop;
  const { id } = await createCustomer(app);
  const note = (await app.admin.post(`/v2/customers/${id}/notes`, { data: { type: 'note', content: 'first' } })).body
    .data;
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    await page.getByRole('button', { name: 'Edit note' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('mine');
    const path = `/v2/customers/${id}/notes/${note.id}`;
    await app.admin.put(path, { data: { type: 'note', content: 'theirs: wants a refund' } });
    await page.keyboard.press('Control+s');
    await page.getByText('theirs: wants a refund').waitFor();
    expect((await app.admin.get(path)).body.data.content).toBe('theirs: wants a refund');
    await page.getByRole('dialog').last().getByRole('button', { name: 'Save' }).click();
    // The dialog, which closes, has it in its field.
    await page.getByText('mine', { exact: true }).and(page.locator(':not(textarea)')).waitFor();
    expect((await app.admin.get(path)).body.data.content).toBe('mine');
  });
});

test('a filter that nothing can meet, and a second view of one name, are refused in words', async () => {
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'Orders', exact: true }).click();
    await page.getByLabel('At least').fill('5');
    await page.getByLabel('At most').fill('2');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The upper end is below the lower one').waitFor();
    await page.getByLabel('At most').fill('7');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/filter=/);
    for (const said of ['', 'You have a view of this name']) {
      await page.getByRole('button', { name: /^(Views|Regulars)$/ }).click();
      await page.getByRole('menuitem', { name: 'Save as new view' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').fill('Regulars');
      await dialog.getByRole('button', { name: 'Save' }).click();
      if (said === '') await dialog.waitFor({ state: 'detached' });
      else await dialog.getByText(said).waitFor();
    }
  });
});

test('the focus stays in the filters when one of them goes', async () => {
  await asOwner(async page => {
    await page.goto('/customers?filter=eq(password,true):ge(order_count,1)');
    await page.getByRole('button', { name: 'Remove filter: Account' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Orders: at least 1' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const add = page.getByRole('button', { name: 'Add filter' });
    await add.and(page.locator(':focus')).waitFor();
    await add.press('Enter');
    await page.getByRole('menuitem', { name: 'Created' }).click();
    await page.getByLabel('From').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('From').waitFor({ state: 'detached' });
    await add.and(page.locator(':focus')).waitFor();
  });
});

test('a tag that is only begun is not saved by looking elsewhere, and not lost without a question', async () => {
  const { app } = dashboard.shop;
  const { id } = await createCustomer(app, { tags: [] });
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    const field = page.getByRole('combobox', { name: 'Add a tag' });
    await field.fill('halftyped');
    await page.getByLabel('External reference').click();
    expect(await field.inputValue()).toBe('halftyped');
    await page.getByRole('link', { name: 'Orders', exact: true }).first().click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/orders');
    expect((await app.admin.get(`/v2/customers/${id}`)).body.data.tags ?? []).toEqual([]);
  });
});

test('values are copied where the browser has no clipboard for pages, and what is not copied is told', async () => {
  const { ada } = dashboard.shop;
  await asOwner(async page => {
    // As on a plain-http host.
    await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'clipboard'));
    await page.goto(`/customers/${ada.id}`);
    await page.getByRole('button', { name: 'Copy: E-mail' }).click();
    await page.getByRole('button', { name: 'Copied: E-mail' }).waitFor();
    const field = page.getByLabel('External reference');
    await field.fill('');
    await field.press('Control+v');
    expect(await field.inputValue()).toBe(ada.email);
    await page.evaluate(() => {
      document.execCommand = () => false;
    });
    await page.getByRole('button', { name: 'Copy: E-mail' }).click();
    await page.getByText('The browser did not copy it').waitFor();
  });
});
