import { parse } from 'csv-parse/sync';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { runJob } from '../../server/src/modules/jobs/job-worker.ts';
import { createCustomer } from '../../server/test/support/builders.ts';
import { createStaff } from '../../server/test/support/staff.ts';
import { expectAccessible } from './browser.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

/** Who a filter finds, by the API. */
async function namesOf(query: string): Promise<string[]> {
  const { body } = await dashboard.shop.app.admin.get(`/v2/customers?${query}`);
  return body.data.map((customer: { name: string }) => customer.name);
}

test('the list is narrowed down by chips, whose inputs are of the type of what they ask, and the file has the same rows', async () => {
  await asOwner(async page => {
    const names = () => page.locator('tbody tr td:nth-child(2) a').allTextContents();
    const filterOf = () => new URL(page.url()).searchParams.get('filter');
    const add = async (field: string) => {
      await page.getByRole('button', { name: 'Add filter' }).click();
      await page.getByRole('menuitem', { name: field, exact: true }).click();
      return page.getByRole('dialog', { name: field });
    };
    await page.goto('/customers');
    // A choice, then a flag, then a number: a field of the store, what the API knows, and what it counts.
    const tier = await add('Loyalty tier');
    await tier.getByRole('checkbox', { name: 'bronze' }).and(page.locator(':focus')).waitFor();
    await tier.getByRole('checkbox', { name: 'gold' }).check();
    await expectAccessible(page);
    await tier.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1 customer').waitFor();
    expect(filterOf()).toBe('eq(customers.loyalty_tier,gold)');

    const orders = await add('Orders');
    await orders.getByLabel('At least').fill('15');
    await orders.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('heading', { name: 'No customer matches' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Orders: at least 15' }).click();
    await page.getByRole('dialog', { name: 'Orders' }).getByLabel('At least').fill('14');
    await page.keyboard.press('Enter');
    await page.getByText('1 customer').waitFor();
    expect(await names()).toEqual(['Ada Okafor']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL(url => url.search === '');

    const created = await add('Created');
    await created.getByLabel('From').fill('2026-11-01');
    await created.getByLabel('To').fill('2026-11-10');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Created: 1 Nov 2026 – 10 Nov 2026' }).waitFor();
    const account = await add('Account');
    await account.getByLabel('No password').click();
    await account.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Account: No password' }).waitFor();
    const expected = await namesOf(`filter=${encodeURIComponent(filterOf() ?? '')}`);
    expect(expected.length).toBeGreaterThan(2);
    await expect.poll(names).toEqual(expected);
    await page.reload();
    await expect.poll(names).toEqual(expected);

    const { app } = dashboard.shop;
    const exported = async (button: Locator) => {
      const before = app.woken.length;
      await button.click();
      await expect.poll(() => app.woken.length).toBe(before + 1);
      await runJob(app.database.forStore(app.id), app.woken.at(-1)?.jobId ?? '');
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download CSV' }).click();
      const chunks: Buffer[] = [];
      for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
      await page.keyboard.press('Escape');
      const rows: { name: string }[] = parse(Buffer.concat(chunks), { bom: true, columns: true });
      return rows.map(({ name }) => name).sort();
    };
    expect(await exported(page.getByRole('button', { name: 'Export' }))).toEqual(expected.toSorted());
    const chosen = expected.slice(0, 2);
    for (const name of chosen) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
    const bar = page.getByRole('region', { name: 'Selected customers' });
    expect(await exported(bar.getByRole('button', { name: 'Export' }))).toEqual(chosen.toSorted());
    await bar.getByRole('button', { name: `Select all ${expected.length}` }).click();
    expect(await exported(bar.getByRole('button', { name: 'Export' }))).toEqual(expected.toSorted());
    await bar.getByRole('button', { name: 'Clear selection' }).click();

    await page.getByRole('button', { name: 'Remove filter: Created' }).click();
    await expect.poll(filterOf).toBe('eq(password,false)');
    // What the page has no input for is shown as it is, and can be removed.
    await page.goto('/customers?filter=like(name,Ada*)');
    await page.getByText('like(name,Ada*)').waitFor();
    await expect.poll(names).toEqual(['Ada Okafor']);
    await page.goto('/customers?search=mill%20lane&filter=eq(');
    await page.getByText('12 Mill Lane').waitFor();
    expect(await page.locator('mark').allTextContents()).toEqual(['Mill', 'Lane']);
  });
});

test('columns are chosen, and kept with filters and order as a view, which others open when it is shared', async () => {
  const colleague = await createStaff(dashboard.shop.app, { role: 'viewer' });
  await asOwner(async page => {
    await page.goto('/customers?filter=eq(customers.newsletter,true)&sort=-name');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Loyalty tier' }).check();
    await page.getByRole('checkbox', { name: 'E-mail' }).uncheck();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining(['Orders', 'Loyalty tier']),
    );
    await page.getByRole('cell', { name: 'gold' }).waitFor();

    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save as new view' }).click();
    const dialog = page.getByRole('dialog', { name: 'New view' });
    await dialog.getByLabel('Name of the view').fill('<i>Readers</i>');
    await dialog.getByLabel('Share with all staff').check({ force: true });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: '<i>Readers</i>' }).waitFor();
    // Changed since, and kept again.
    await page.getByRole('columnheader', { name: 'Created' }).getByRole('button').click();
    await page.waitForURL('**sort=created_at**');
    await page.getByRole('button', { name: '<i>Readers</i>' }).click();
    await page.getByRole('menuitem', { name: 'Update' }).click();
    await page.getByText('View updated').waitFor();
  });
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: '<i>Readers</i>' }).click();
    await page.getByRole('button', { name: 'Newsletter: Yes' }).waitFor();
    await page.getByRole('cell', { name: 'gold' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Created' }).getAttribute('aria-sort')).toBe('ascending');
    expect(await page.getByRole('columnheader', { name: 'E-mail' }).count()).toBe(0);
    await page.getByRole('button', { name: '<i>Readers</i>' }).click();
    // Neither theirs to change, nor to export.
    expect(await page.getByRole('menuitem', { name: /Rename|Delete/ }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Export' }).count()).toBe(0);
  }, colleague);
  await asOwner(async page => {
    const { body } = await dashboard.shop.owner.caller.get('/staff/views');
    await page.goto(`/customers?view=${body.data[0].id}`);
    await page.getByRole('button', { name: '<i>Readers</i>' }).click();
    await page.getByRole('menuitem', { name: 'Delete view' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete view' }).click();
    await page.getByRole('button', { name: 'Views' }).waitFor();
    expect((await dashboard.shop.owner.caller.get('/staff/views')).body.data).toEqual([]);
  });
});

test('a store with more tags than are read at once is narrowed down by any of them', async () => {
  const { app } = dashboard.shop;
  const tags = Array.from({ length: 120 }, (_, index) => `shelf-${String(index).padStart(3, '0')}`);
  for (let from = 0; from < tags.length; from += 20) await createCustomer(app, { tags: tags.slice(from, from + 20) });
  await asOwner(async page => {
    await page.goto('/customers');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'Tags', exact: true }).click();
    await page.getByRole('combobox', { name: 'Tags' }).fill('shelf-11');
    await page.getByRole('option', { name: 'shelf-119' }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Tags: shelf-119' }).waitFor();
    await page.getByText('1 customer', { exact: true }).waitFor();
  });
});

test('an order by a field that is no longer there is left for the usual one', async () => {
  await asOwner(async page => {
    await page.goto('/customers?sort=-customers.gone&filter=eq(customers.loyalty_tier,gold)');
    await page.waitForURL(url => !url.searchParams.has('sort') && url.searchParams.has('filter'));
    await page.getByRole('link', { name: 'Ada Okafor' }).waitFor();
  });
});
