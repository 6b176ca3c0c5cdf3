import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's package of a browser without windows, which scripts/install-chromium.sh installs; or a browser of one's own. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';

/** Starts the browser, or says what is missing. */
export function startBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `there is no browser at ${executablePath}: run scripts/install-chromium.sh, or name one in CHROMIUM`,
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      // One process for the pages of a profile, which keeps what it has compiled from one to the next.
      '--renderer-process-limit=1',
      '--in-process-gpu',
    ].concat(['--disable-component-update', '--disable-sync']),
  });
}

/** A page that remembers what must not happen on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Violations of the page's policy, errors on its console, and requests to other hosts. */
  readonly faults: string[];
  /** Closes all pages of its profile, which is emptied for whoever opens a page next. */
  close(): Promise<void>;
}

/** A profile of a browser, and what it was made with. */
interface Profile {
  readonly made: string;
  readonly context: BrowserContext;
}

/** Each browser's profiles that nobody uses. */
const unused = new WeakMap<Browser, Set<Profile>>();

/** A page in a profile without cookies, storage and permissions: in one that was emptied, where there is one of the same settings. */
export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const settings: BrowserContextOptions = {
    baseURL,
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  };
  const made = JSON.stringify(settings);
  const profiles = unused.get(browser) ?? new Set();
  unused.set(browser, profiles);
  const found = [...profiles].find(profile => profile.made === made);
  const profile = found ?? { made, context: await openProfile(browser, settings) };
  profiles.delete(profile);
  const { context } = profile;
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(`error: ${error.message}`));
  page.on('console', message => {
    // What the API refuses, the browser logs too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('request', request => {
    if (new URL(request.url()).origin !== new URL(baseURL).origin) faults.push(`another host: ${request.url()}`);
  });
  return {
    page,
    faults,
    close: async () => {
      await emptyProfile(context, baseURL);
      profiles.add(profile);
    },
  };
}

async function openProfile(browser: Browser, settings: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(settings);
  // A machine may be busy.
  context.setDefaultTimeout(30_000);
  // Stays open and empty: the process of the pages ends with the last of them.
  await context.newPage();
  return context;
}

async function emptyProfile(context: BrowserContext, baseURL: string): Promise<void> {
  const [empty, ...pages] = context.pages();
  if (empty === undefined) throw new Error('the page that keeps the process of its profile is gone');
  for (const page of pages) await page.close();
  await context.clearCookies();
  await context.clearPermissions();
  const session = await context.newCDPSession(empty);
  await session.send('Storage.clearDataForOrigin', { origin: baseURL, storageTypes: 'local_storage' });
  await session.detach();
}

/** As if the browser had been signed in before. */
export async function signInByCookie(page: Page, { cookie }: { readonly cookie: string }, url: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const rules = {
  all: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  /** What differs when a page that has been looked at is seen in other colours. */
  colours: ['color-contrast', 'link-in-text-block'],
};

/** Expects a page to have no serious or critical fault of accessibility (WCAG 2.2 AA). */
export async function expectAccessible(page: Page, kind: keyof typeof rules = 'all'): Promise<void> {
  // Past the page's policy, which would not let it in; it stays as long as the document.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await axeSource());
  const { violations } = await page.evaluate(
    runOnly =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly,
        resultTypes: ['violations'],
      }),
    rules[kind],
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.flatMap(({ id, nodes }) =>
      nodes.map(node => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    ),
  ).toEqual([]);
}

let source: Promise<string> | undefined;
async function axeSource(): Promise<string> {
  source ??= import('node:fs/promises').then(({ readFile }) => readFile(axePath, 'utf8'));
  return source;
}
