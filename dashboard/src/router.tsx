import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readFilter } from '../../server/src/platform/query/filter.ts';
import { pageSizes } from './api/client.ts';
import { orderFilters, orderStates } from './api/orders.ts';
import { productSearches, productStates } from './api/products.ts';
import { queryClient } from './api/query-client.ts';
import { sessionQuery } from './api/staff.ts';
import { ErrorState, NotFound } from './components/states.tsx';
import { Shell } from './features/account/shell.tsx';

const rootRoute = createRootRoute({
  notFoundComponent: () => <NotFound />,
});

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const count = (value: unknown, most: number) => Math.min(Math.max(Math.trunc(Number(value)) || 0, 0), most);

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => {
    const next = text(search.next);
    // Only a path of this page: never another host.
    return /^\/(?![/\\])/.test(next) ? { next } : {};
  },
  component: lazyRouteComponent(() => import('./features/account/sign-in-page.tsx'), 'SignInPage'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./features/account/setup-page.tsx'), 'SetupPage'),
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    await queryClient.ensureQueryData(sessionQuery).catch(error => {
      if (error?.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { next: location.href } });
    });
  },
  component: Shell,
  errorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/customers' });
  },
});

/** What the URL says of any list; what is as usual stays out of it. */
interface ListSearch {
  readonly sort?: string;
  readonly page?: number;
  readonly size?: number;
}

function listSearch(raw: Record<string, unknown>, sorts: readonly string[]): ListSearch {
  const sort = text(raw.sort);
  const [page, size] = [count(raw.page, 10_000_000), count(raw.size, 100)];
  return {
    ...(sorts.includes(sort.replace(/^-/, '')) && { sort }),
    ...(page > 1 && { page }),
    ...(pageSizes.includes(size) && { size }),
  };
}

/** Whether the API can read a filter; what its attributes are, it knows. */
function isFilter(filter: string): boolean {
  try {
    return readFilter(filter).length > 0;
  } catch {
    return false;
  }
}

interface CustomerListSearch extends ListSearch {
  readonly search?: string;
  readonly filter?: string;
  /** Names of attributes, separated by commas. */
  readonly columns?: string;
  /** The saved view that the list was opened by. */
  readonly view?: string;
}

const customersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers',
  validateSearch: (raw): CustomerListSearch => {
    const [search, filter, columns, view] = [raw.search, raw.filter, raw.columns, raw.view].map(text) as [
      ...[string, string, string, string],
    ];
    return {
      ...(search !== '' && { search: search.slice(0, 256) }),
      ...(isFilter(filter) && { filter }),
      ...listSearch(raw, [text(raw.sort).replace(/^-/, '')].filter(Boolean)),
      ...(columns !== '' && { columns }),
      ...(view !== '' && { view }),
    };
  },
  component: lazyRouteComponent(() => import('./features/customers/customer-list-page.tsx'), 'CustomerListPage'),
});

const newCustomerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/new',
  component: lazyRouteComponent(() => import('./features/customers/new-customer-page.tsx'), 'NewCustomerPage'),
});

const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$customerId',
  component: lazyRouteComponent(() => import('./features/customers/customer-page.tsx'), 'CustomerPage'),
});

const orderSorts = ['created_at', 'status', 'payment', 'shipping', 'with_tax'];
const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders',
  validateSearch: (raw): ListSearch & Partial<Record<(typeof orderFilters)[number] | 'search', string>> => {
    const search = text(raw.search);
    const filters = orderFilters.map(name => [name, text(raw[name])] as const);
    const known = filters.filter(([name, value]) => orderStates[name].includes(value));
    return {
      ...(search !== '' && { search: search.slice(0, 200) }),
      ...Object.fromEntries(known),
      ...listSearch(raw, orderSorts),
    };
  },
  component: lazyRouteComponent(() => import('./features/orders/order-list-page.tsx'), 'OrderListPage'),
});

const orderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders/$orderId',
  component: lazyRouteComponent(() => import('./features/orders/order-page.tsx'), 'OrderPage'),
});

const productSorts = ['name', 'sku', 'status'];
const productsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products',
  validateSearch: (
    raw,
  ): ListSearch & {
    readonly search?: string;
    readonly by?: (typeof productSearches)[number];
    readonly status?: string;
  } => {
    const search = text(raw.search).slice(0, 256);
    const by = productSearches.find(name => name === raw.by);
    const status = productStates.find(name => name === raw.status);
    return {
      ...(search !== '' && { search }),
      ...(by && { by }),
      ...(status && { status }),
      ...listSearch(raw, productSorts),
    };
  },
  component: lazyRouteComponent(() => import('./features/products/product-list-page.tsx'), 'ProductListPage'),
});

const newProductRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products/new',
  component: lazyRouteComponent(() => import('./features/products/new-product-page.tsx'), 'NewProductPage'),
});

const productRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products/$productId',
  component: lazyRouteComponent(() => import('./features/products/product-page.tsx'), 'ProductPage'),
});

const flowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/flows',
  component: lazyRouteComponent(() => import('./features/flows/flow-list-page.tsx'), 'FlowListPage'),
});

const flowRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/flows/$flowSlug',
  component: lazyRouteComponent(() => import('./features/flows/flow-page.tsx'), 'FlowPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
});

const storeSettingsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./features/settings/store-settings-page.tsx'), 'StoreSettingsPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('./features/settings/keys-page.tsx'), 'KeysPage'),
});

const staffRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/staff',
  component: lazyRouteComponent(() => import('./features/settings/staff-page.tsx'), 'StaffPage'),
});

const logRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/log',
  validateSearch: (raw): ListSearch & { readonly filter?: string } => {
    const filter = text(raw.filter);
    return { ...(isFilter(filter) && { filter }), ...listSearch(raw, []) };
  },
  component: lazyRouteComponent(() => import('./features/settings/log-page.tsx'), 'LogPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    setupRoute,
    shellRoute.addChildren([
      homeRoute,
      customersRoute,
      newCustomerRoute,
      customerRoute,
      ordersRoute,
      orderRoute,
      productsRoute,
      newProductRoute,
      productRoute,
      flowsRoute,
      flowRoute,
      settingsRoute.addChildren([storeSettingsRoute, keysRoute, staffRoute, logRoute]),
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  // What a page does not know of its address is no part of its state.
  search: { strict: true },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
