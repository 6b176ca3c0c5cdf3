import type { Flow } from '../../../../server/src/contract.ts';
import { coreFlowOf, coreFlowSlugs, isCoreFlow } from '../../../../server/src/modules/flows/core-flows.ts';
import { texts } from '../../texts.ts';

const t = texts.flows;

/** The slugs of the flows that extend a resource which there is. */
export const resourceSlugs = coreFlowSlugs.filter(slug => coreFlowOf(slug)?.rows !== undefined);

/** What a flow gives its fields to: a resource, or one that is the flow itself. */
export const resourceOf = ({ slug }: Pick<Flow, 'slug'>): string =>
  isCoreFlow(slug) ? (t.resources[slug] ?? slug) : t.ownResource;

/** All that have the fields of a flow, within a sentence. */
export const ownersOf = ({ slug, name }: Flow): string =>
  isCoreFlow(slug) ? resourceOf({ slug }).toLowerCase() : t.entriesOf(name);

/** What a relationship can point to: `customer` and the like, or the slug of a flow of its own. */
export function targetsOf(flows: readonly Flow[]): { readonly value: string; readonly label: string }[] {
  const resources = resourceSlugs.map(slug => ({
    value: coreFlowOf(slug)?.singular ?? slug,
    label: t.resources[slug] ?? slug,
  }));
  const own = flows.filter(({ slug }) => !isCoreFlow(slug)).map(({ slug, name }) => ({ value: slug, label: name }));
  return [...resources, ...own];
}
