import { coreFlowOf, isCoreFlow } from './core-flows.ts';

/** What slugs of flows and fields, and strings with the rule `slug`, are made of (reference: flows.md). */
export const slugPattern = '^[A-Za-z0-9_-]+$';
export const slugRule = 'may only contain letters, digits, underscores and dashes';

const slugText = new RegExp(slugPattern);

export const isSlug = (text: string): boolean => slugText.test(text);

/** Resources whose names no flow may have (reference: flows.md, "Flow"), and the items, which a relationship may name too. */
const singulars = [
  ...[
    'address',
    'brand',
    'cart',
    'cart_item',
    'category',
    'collection',
    'currency',
    'customer',
    'field',
    'file',
    'flow',
  ],
  ...['integration', 'inventory', 'language', 'order', 'order_item', 'product', 'setting', 'promotion'],
];
/** The plurals of those that no flow can extend. */
const plurals = ['currencies', 'fields', 'files', 'flows', 'integrations', 'inventories', 'languages', 'settings'];
const refusedFlows = new Set([...singulars, ...plurals]);

/**
 * Whether a flow may have this slug. Case decides between slugs of one's own, but none may pass for a resource's by its case.
 */
export function isFlowSlugFree(slug: string): boolean {
  const folded = slug.toLowerCase();
  return !refusedFlows.has(folded) && (!isCoreFlow(folded) || folded === slug);
}

/**
 * Keys that no field may have: members of every resource, names with a meaning elsewhere, `options` (which some SDKs
 * cannot send) and `data` (reference: flows.md, "Field").
 */
const refusedFields = new Set([
  ...['id', 'type', 'meta', 'links', 'relationships', 'weight', 'weights', 'attribute', 'attributes', 'dimension'],
  ...['dimensions', 'options', 'data'],
]);

/**
 * Whether a flow may have a field with this slug: it must be none of JavaScript's objects, and no built-in key of the
 * resource, nor the name of a built-in relationship when it is one itself.
 */
export function isFieldSlugFree(slug: string, flowSlug: string, isRelationship = false): boolean {
  if (refusedFields.has(slug) || slug in {}) return false;
  const core = coreFlowOf(flowSlug);
  return core?.keys.has(slug) !== true && !(isRelationship && core?.relationships.has(slug));
}
