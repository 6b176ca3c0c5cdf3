import type { Context } from '../access/context.ts';
import { gatewayErrors } from './gateways.errors.ts';
import { selectEnabledGateways, switchGateway } from './gateways.store.ts';

/** A way to pay that the store has. */
export interface StoreGateway {
  readonly slug: string;
  readonly name: string;
  readonly isEnabled: boolean;
  /** No money moves: for development, where the store's operator has allowed it (design.md §7, "gateways"). */
  readonly isSimulated: boolean;
}

const manual = { slug: 'manual', name: 'Manual', isSimulated: false };

/** The gateways that published storefronts name. */
const simulated = Object.entries({
  stripe: 'Stripe',
  stripe_payment_intents: 'Stripe Payment Intents',
  adyen: 'Adyen',
  braintree: 'Braintree',
  paypal_express_checkout: 'PayPal Express Checkout',
  cyber_source: 'CyberSource',
  authorize_net: 'Authorize.Net',
  card_connect: 'CardConnect',
  elastic_path_payments_stripe: 'Elastic Path Payments Powered by Stripe',
}).map(([slug, name]) => ({ slug, name: `${name} (simulated)`, isSimulated: true }));

/** The gateways of the store: the manual one first, and the simulated ones where they are allowed. */
export async function listGateways(ctx: Context): Promise<StoreGateway[]> {
  const enabled = new Set((await ctx.db.all(selectEnabledGateways, {})).map(row => row.slug));
  const known = ctx.store.is_gateway_simulation_allowed ? [manual, ...simulated] : [manual];
  return known.map(gateway => ({ ...gateway, isEnabled: enabled.has(gateway.slug) }));
}

/** A gateway of the store. Throws 404 for an unknown one, and for a simulated one where none are allowed. */
export async function getGateway(ctx: Context, slug: string): Promise<StoreGateway> {
  const gateway = (await listGateways(ctx)).find(each => each.slug === slug);
  if (gateway === undefined) throw gatewayErrors.notFound();
  return gateway;
}

/** Enables or disables a gateway. */
export async function changeGateway(ctx: Context, slug: string, isEnabled: boolean): Promise<StoreGateway> {
  const gateway = await getGateway(ctx, slug);
  await ctx.db.all(switchGateway, { slug, isEnabled });
  return { ...gateway, isEnabled };
}
