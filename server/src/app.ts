import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { JobToDo } from './background.ts';
import type { Config } from './config.ts';
import { migrations } from './migrations/migrations.ts';
import { absentRoutes } from './modules/absent/absent.routes.ts';
import { requireAccess } from './modules/access/authenticate.ts';
import { openClientDirectory } from './modules/access/clients.ts';
import { oauthRoutes } from './modules/access/oauth.routes.ts';
import { createRateLimits } from './modules/access/rate-limits.ts';
import type { Services } from './modules/access/services.ts';
import { createTokenSigner } from './modules/access/tokens.ts';
import { addressRoutes } from './modules/addresses/addresses.routes.ts';
import { auditRoutes } from './modules/audit/audit.routes.ts';
import { logRoutes } from './modules/audit/logs.routes.ts';
import { cartCustomerRoutes } from './modules/carts/cart-customers.routes.ts';
import { cartItemRoutes } from './modules/carts/cart-items.routes.ts';
import { cartTaxRoutes } from './modules/carts/cart-taxes.routes.ts';
import { cartRoutes } from './modules/carts/carts.routes.ts';
import { checkoutRoutes } from './modules/checkout/checkout.routes.ts';
import { currencyRoutes } from './modules/currencies/currencies.routes.ts';
import { customerTokenRoutes } from './modules/customer-tokens/customer-tokens.routes.ts';
import { customerLogRoutes } from './modules/customers/customer-logs.routes.ts';
import { customerTagRoutes } from './modules/customers/customer-tags.routes.ts';
import { customerRoutes } from './modules/customers/customers.routes.ts';
import { bulkCustomerRoutes } from './modules/customers/customers-bulk.routes.ts';
import { dashboardRoutes } from './modules/dashboard/dashboard.routes.ts';
import { entryRoutes } from './modules/flows/entries.routes.ts';
import { fieldRoutes } from './modules/flows/fields.routes.ts';
import { flowRoutes } from './modules/flows/flows.routes.ts';
import { relationshipRoutes } from './modules/flows/relationships.routes.ts';
import { gatewayRoutes } from './modules/gateways/gateways.routes.ts';
import { healthRoutes } from './modules/health/health.routes.ts';
import { acceptIdempotencyKeys } from './modules/idempotency/idempotency.ts';
import { inventoryRoutes } from './modules/inventories/inventories.routes.ts';
import { jobRoutes } from './modules/jobs/jobs.routes.ts';
import { keyRoutes } from './modules/keys/keys.routes.ts';
import { noteRoutes } from './modules/notes/notes.routes.ts';
import { orderRoutes } from './modules/orders/orders.routes.ts';
import { findReorderLines } from './modules/orders/orders.service.ts';
import { paymentRoutes } from './modules/payments/payments.routes.ts';
import { productRoutes } from './modules/products/products.routes.ts';
import { referenceRoutes } from './modules/reference/reference.routes.ts';
import { fieldWriters } from './modules/resource-fields/resource-fields.service.ts';
import { settingsRoutes } from './modules/settings/settings.routes.ts';
import { storeSettingsRoutes } from './modules/settings/store-settings.routes.ts';
import { savedViewRoutes } from './modules/staff/saved-views.routes.ts';
import { staffRoutes } from './modules/staff/staff.routes.ts';
import { createStaffCookie } from './modules/staff/staff-cookie.ts';
import { openStaffDirectory } from './modules/staff/staff-sessions.ts';
import { staffUserRoutes } from './modules/staff/staff-users.routes.ts';
import { createThrottle } from './modules/throttle/throttle.service.ts';
import type { MasterKey } from './platform/crypto/master-key.ts';
import type { DatabaseConnection } from './platform/db/database.ts';
import { listenForChanges } from './platform/db/notifications.ts';
import { createHttpServer } from './platform/http/server.ts';
import { version } from './version.ts';

export interface AppOptions {
  readonly config: Config;
  /** Migrated already; stays the caller's to close. */
  readonly database: DatabaseConnection;
  readonly masterKey: MasterKey;
  readonly log: Logger;
  /** The URL under which clients reach the server, for `links`. */
  readonly baseUrl: () => string;
  /** Tells the background work of a new job. */
  readonly wake: (job: JobToDo) => void;
}

/** Wires everything: one line per module. The app is ready to listen, or to be injected requests. */
export async function buildApp({
  config,
  database,
  masterKey,
  log,
  baseUrl,
  wake,
}: AppOptions): Promise<FastifyInstance> {
  const app = createHttpServer({ log, trustProxy: config.CLIENTELE_TRUST_PROXY });

  const address = config.CLIENTELE_SIGNIN_LIMIT_ADDRESS;
  const limits = { account: config.CLIENTELE_SIGNIN_LIMIT_ACCOUNT, address };
  const staffCookie = createStaffCookie(config);
  const services: Services = {
    config,
    database,
    baseUrl,
    tokens: await createTokenSigner({
      database,
      masterKey,
      longestTtlSeconds: Math.max(config.CLIENTELE_ACCESS_TOKEN_TTL, config.CLIENTELE_CUSTOMER_TOKEN_TTL),
    }),
    clients: openClientDirectory(database),
    staff: openStaffDirectory(database, staffCookie),
    throttles: {
      signIn: createThrottle({ masterKey, limits }),
      staff: createThrottle({ masterKey, limits }),
      client: createThrottle({ masterKey, limits: { account: 0, address } }),
    },
    rateLimits: await createRateLimits(app, config),
  };
  const stopListening = listenForChanges(database.connection, () => {
    services.clients.forget();
    services.tokens.reload();
  });
  app.addHook('onClose', async () => {
    services.tokens.stop();
    await stopListening();
  });

  requireAccess(app, services);
  acceptIdempotencyKeys(app, masterKey);
  await referenceRoutes(app, version);
  healthRoutes(app, database, Object.keys(migrations).length);
  await oauthRoutes(app, services);
  customerRoutes(app, services);
  customerLogRoutes(app, services);
  customerTagRoutes(app, services);
  bulkCustomerRoutes(app);
  customerTokenRoutes(app, services);
  addressRoutes(app, services);
  noteRoutes(app, services);
  cartRoutes(app, services);
  cartItemRoutes(app, services, findReorderLines);
  cartTaxRoutes(app);
  cartCustomerRoutes(app);
  currencyRoutes(app, services);
  productRoutes(app, services);
  inventoryRoutes(app, services);
  gatewayRoutes(app);
  flowRoutes(app, services);
  fieldRoutes(app, services);
  entryRoutes(app, services, fieldWriters);
  relationshipRoutes(app, fieldWriters);
  settingsRoutes(app, services);
  storeSettingsRoutes(app, services);
  absentRoutes(app, services);
  checkoutRoutes(app);
  orderRoutes(app, services);
  paymentRoutes(app);
  auditRoutes(app, services);
  logRoutes(app, services);
  jobRoutes(app, services, masterKey, wake);
  staffRoutes(app, services, staffCookie);
  staffUserRoutes(app, services);
  keyRoutes(app, services);
  savedViewRoutes(app);
  await dashboardRoutes(app);
  return app;
}
