/**
 * Which module may use which others: the one table of it. `.dependency-cruiser.cjs` refuses any other import, and a module
 * that is not listed; the map in ARCHITECTURE.md is drawn from here.
 */
module.exports = {
  stores: [],
  sessions: [],
  search: [],
  throttle: [],
  health: [],
  backup: ['access', 'stores'],
  prices: [],
  currencies: ['access', 'prices'],
  inventories: ['access'],
  products: ['access', 'currencies', 'flows', 'inventories', 'prices'],
  access: ['stores', 'throttle'],
  customers: ['access', 'flows', 'search', 'sessions', 'stores'],
  addresses: ['access', 'flows', 'search', 'sessions'],
  carts: ['access', 'currencies', 'prices', 'products', 'sessions'],
  'customer-tokens': ['access', 'customers', 'sessions', 'throttle'],
  flows: ['access'],
  gateways: ['access'],
  settings: ['access', 'addresses', 'carts', 'currencies', 'flows', 'stores'],
  'search-sweep': ['addresses', 'customers', 'search'],
  absent: ['access'],
  audit: ['access', 'stores'],
  orders: ['access', 'audit', 'customers', 'inventories', 'prices', 'sessions'],
  payments: ['access', 'customers', 'gateways', 'inventories', 'orders', 'prices'],
  checkout: ['access', 'carts', 'customers', 'orders', 'prices', 'products'],
  idempotency: ['access', 'customers'],
  jobs: ['access', 'orders'],
  reference: ['access'],
  staff: ['access', 'stores', 'throttle'],
};
