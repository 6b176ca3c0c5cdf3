import pg from 'pg';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import { buildDashboard, isDashboardStale } from '../../server/src/dashboard-build.ts';
import type { TestStaff } from '../../server/test/support/staff.ts';
import { openPage, signInByCookie, startBrowser } from './browser.ts';
import { type Shop, startShop } from './shop.ts';

/** Builds the dashboard when it has changed: once, also when several files begin at once. */
async function buildOnce(): Promise<void> {
  const client = new pg.Client({ connectionString: inject('maintenanceUrl') });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(20261128)');
    if (isDashboardStale()) await buildDashboard();
  } finally {
    await client.end();
  }
}

/** A browser and a shop, which the tests of a file share. */
export interface TestDashboard {
  readonly browser: Browser;
  readonly shop: Shop;
  /** A page on which the owner, or other staff, is signed in; whatever must not happen on it fails the test. */
  asOwner(work: (page: Page) => Promise<void>, staff?: TestStaff, options?: BrowserContextOptions): Promise<void>;
}

export function startDashboard(): TestDashboard {
  // A browser takes long on a busy machine.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
  const started: { browser?: Browser; shop?: Shop } = {};
  const given = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the dashboard has not started');
    return thing;
  };
  const dashboard: TestDashboard = {
    get browser() {
      return given(started.browser);
    },
    get shop() {
      return given(started.shop);
    },
    async asOwner(work, staff = dashboard.shop.owner, options = {}) {
      const { page, faults, close } = await openPage(dashboard.browser, dashboard.shop.url, options);
      await signInByCookie(page, staff, dashboard.shop.url);
      await work(page);
      expect(faults).toEqual([]);
      await close();
    },
  };
  beforeAll(async () => {
    await buildOnce();
    [started.browser, started.shop] = await Promise.all([startBrowser(), startShop()]);
  });
  afterAll(async () => {
    await started.browser?.close();
    await started.shop?.close();
  });
  return dashboard;
}
