import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Field, Flow } from '../../../server/src/contract.ts';
import { api, isMissing, type PageOf } from './client.ts';

/** The flows of the store, oldest first. */
export const flowsQuery = queryOptions({
  queryKey: ['flows'],
  queryFn: async () => (await api.get<{ data: readonly Flow[] }>('/v2/flows')).data,
});

/** How many fields each flow has, by its id. */
export const fieldCountsQuery = queryOptions({
  queryKey: ['flows', 'fields'],
  queryFn: async () => {
    const { data } = await api.get<{ data: readonly Field[] }>('/v2/fields');
    return Map.groupBy(data, ({ relationships }) => relationships.flow.data.id);
  },
  select: fields => new Map([...fields].map(([id, own]) => [id, own.length])),
});

/** A flow with its fields, in their order. */
export interface FlowWithFields {
  readonly flow: Flow;
  readonly fields: readonly Field[];
}

/** Throws when there is no such flow. */
export async function readFlow(slug: string): Promise<FlowWithFields> {
  const [flow, fields] = await Promise.all([
    api.get<{ data: Flow }>(`/v2/flows/${slug}`),
    api.get<{ data: readonly Field[] }>(`/v2/flows/${slug}/fields`),
  ]);
  return { flow: flow.data, fields: fields.data };
}

export const flowQuery = (slug: string) =>
  queryOptions({ queryKey: ['flows', slug, 'whole'], queryFn: () => readFlow(slug) });

/** How many entries a flow of its own has. */
export const entryCountQuery = (slug: string) =>
  queryOptions({
    queryKey: ['flows', slug, 'entries'],
    queryFn: async () => (await api.get<PageOf<unknown>>(`/v2/flows/${slug}/entries?page[limit]=1`)).meta.results.total,
  });

/** The resources that pages show with their fields. */
type WithFields = 'customers' | 'addresses' | 'orders' | 'products';

/** The fields that a resource shows; none when the store has given it none, or has switched them off. */
const shownFieldsQuery = (slug: WithFields) =>
  queryOptions({
    queryKey: ['flows', slug, 'shown'],
    queryFn: async () => {
      const { flow, fields } = await readFlow(slug).catch(error => {
        if (isMissing(error)) return { flow: undefined, fields: [] };
        throw error;
      });
      return fields.filter(field => flow?.enabled && field.enabled);
    },
    staleTime: 60_000,
  });

const isRelationship = ({ field_type: type }: Field) => type === 'relationship';
const withoutRelationships = (fields: readonly Field[]) => fields.filter(field => !isRelationship(field));
const relationshipsAlone = (fields: readonly Field[]) => fields.filter(isRelationship);

/** The fields of a resource that its forms have. */
export const resourceFieldsQuery = (slug: WithFields) => ({
  ...shownFieldsQuery(slug),
  select: withoutRelationships,
});

/** The fields of a resource that point to others. */
export const relationshipFieldsQuery = (slug: WithFields) => ({
  ...shownFieldsQuery(slug),
  select: relationshipsAlone,
});

/** Has everything read anew after a change of flows or fields: whatever has fields is shown by them at once, on every page. */
export async function forgetFields(queries: QueryClient): Promise<void> {
  queries.removeQueries({ type: 'inactive' });
  await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}
