import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage, signInByCookie } from './browser.ts';
import type { Shop } from './shop.ts';

const folder = join(import.meta.dirname, '../../docs/screenshots');

type Look = 'light' | 'dark' | 'phone';

/** A browser's window, and the looks that pages are seen in there. */
const windows: readonly { readonly looks: readonly Look[]; readonly options: BrowserContextOptions }[] = [
  { looks: ['light', 'dark'], options: {} },
  { looks: ['phone'], options: { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 } },
];

/** What each picture is of. */
const pages: Readonly<Record<string, (page: Page, shop: Shop) => Promise<unknown>>> = {
  customers: async page => {
    await page.goto('/customers');
    await page.getByRole('cell').getByRole('link').first().waitFor();
  },
  customer: async (page, { ada }) => {
    await page.goto(`/customers/${ada.id}`);
    await page.getByRole('table', { name: 'Orders' }).waitFor();
    await page.getByText('Home', { exact: true }).waitFor();
    await page.getByText('Prefers to be called after 6 pm.').waitFor();
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
};

/**
 * Opens the main pages in each look. The pictures of the README are only written when they are asked for, since ids and
 * times differ each time: `npm run screenshots`.
 */
export async function openEveryLook(
  browser: Browser,
  shop: Shop,
  seen: (page: Page, look: Look) => Promise<void>,
): Promise<string[]> {
  const isWritten = process.env.UPDATE_SCREENSHOTS !== undefined;
  const all: string[] = [];
  for (const { looks, options } of windows) {
    const { page, faults } = await openPage(browser, shop.url, options);
    await signInByCookie(page, shop.owner, shop.url);
    for (const [picture, open] of Object.entries(pages)) {
      await open(page, shop);
      for (const look of looks) {
        // What follows the system changes at once.
        await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' });
        const path = join(folder, `${picture}-${look}.png`);
        const isWhole = /^(customer|order|product|settings)$/.test(picture) && look !== 'phone';
        if (isWritten) await page.screenshot({ path, fullPage: isWhole, animations: 'disabled' });
        await seen(page, look);
      }
    }
    all.push(...faults);
    await page.context().close();
  }
  return all;
}
