import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage, signInByCookie } from './browser.ts';
import type { Shop } from './shop.ts';

const folder = join(import.meta.dirname, '../../docs/screenshots');

const phone: BrowserContextOptions = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };

/** What each picture is of. */
const pages: Readonly<Record<string, (page: Page, shop: Shop) => Promise<unknown>>> = {
  customers: async page => {
    await page.goto('/customers');
    await page.getByRole('cell').getByRole('link').first().waitFor();
  },
  customer: async (page, { ada }) => {
    await page.goto(`/customers/${ada.id}`);
    await page.getByRole('table', { name: 'Orders' }).waitFor();
    await page.getByText('Home', { exact: true }).first().waitFor();
    await page.getByRole('region', { name: 'Notes' }).getByText('Prefers to be called after 6 pm.').waitFor();
    await page
      .getByText(/Signed in/)
      .first()
      .waitFor();
    await page.getByLabel('Loyalty tier').first().waitFor();
  },
  orders: async page => {
    await page.goto('/orders');
    await page.getByRole('cell').getByRole('link').first().waitFor();
  },
  order: async page => {
    await page.goto('/orders?payment=paid&shipping=unfulfilled');
    await page.getByRole('link', { name: '1058' }).click();
    await page.getByRole('table', { name: 'Items' }).waitFor();
    await page.getByRole('button', { name: 'Refund' }).waitFor();
  },
  products: async page => {
    await page.goto('/products');
    await page.getByRole('link', { name: 'Linen apron' }).waitFor();
  },
  product: async page => {
    await page.goto('/products?search=skillet');
    await page.getByRole('link', { name: /skillet/ }).click();
    await page.getByRole('textbox', { name: 'Price in USD' }).waitFor();
    await page.getByText('24 at first').waitFor();
  },
  flows: async page => {
    await page.goto('/flows');
    await page.getByRole('cell', { name: 'Enabled' }).first().waitFor();
  },
  flow: async page => {
    await page.goto('/flows/customers');
    await page.getByText('newsletter · Yes or no').waitFor();
  },
  settings: async page => {
    await page.goto('/settings');
    await page.getByLabel('Sign-up is open').waitFor();
  },
  keys: async page => {
    await page.goto('/settings/keys');
    await page.getByRole('button', { name: 'Revoke Storefront' }).waitFor();
  },
  staff: async page => {
    await page.goto('/settings/staff');
    await page.getByRole('button', { name: 'Actions for Grace Hopper' }).waitFor();
  },
  log: async page => {
    await page.goto('/settings/log');
    await page.getByRole('listitem').first().waitFor();
  },
};

/** Opens the main pages, one after the other; gives what must not have happened on them. */
export async function openEveryPage(
  { browser, shop }: { readonly browser: Browser; readonly shop: Shop },
  seen: (page: Page, name: string) => Promise<void>,
  look: BrowserContextOptions = {},
): Promise<string[]> {
  const { page, faults, close } = await openPage(browser, shop.url, look);
  await signInByCookie(page, shop.owner, shop.url);
  for (const [name, open] of Object.entries(pages)) {
    await open(page, shop);
    await seen(page, name);
  }
  await close();
  return faults;
}

/** Makes the pictures of the README anew. */
export async function writeScreenshots(dashboard: { readonly browser: Browser; readonly shop: Shop }): Promise<void> {
  const write = (page: Page, name: string, fullPage: boolean) =>
    page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: 'disabled' });
  await openEveryPage(dashboard, async (page, name) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      // What follows the system changes at once.
      await page.emulateMedia({ colorScheme });
      await write(page, `${name}-${colorScheme}`, /^(customer|order|product)$/.test(name));
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });
  await openEveryPage(dashboard, async (page, name) => void (await write(page, `${name}-phone`, false)), phone);
}
