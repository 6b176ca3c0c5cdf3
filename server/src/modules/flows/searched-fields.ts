import type { StoreTx } from '../../platform/db/database.ts';
import { startSweepAnew } from '../search/customer-search.store.ts';
import type { SearchText } from '../search/search-texts.ts';
import type { CustomValues } from './custom-values.ts';
import { keepValuesAway } from './definitions.store.ts';
import { type FieldRow, selectFieldsOfFlow } from './fields.store.ts';

/** Whether a search finds the values of a field while its flow is enabled. */
export const isSearched = (field: Pick<FieldRow, 'is_searchable' | 'is_enabled'>): boolean =>
  field.is_searchable && field.is_enabled;

/** What a search finds of the values of a customer, as far as they are set. */
export function searchTextsOf(fields: readonly FieldRow[], values: CustomValues): SearchText[] {
  return fields
    .filter(field => isSearched(field) && Object.hasOwn(values, field.id))
    .map(field => ({ source: { id: field.id }, texts: [String(values[field.id] ?? '')] }));
}

/** Whether a search finds values of a flow while it is enabled. */
export async function hasSearchedFields(tx: StoreTx, flowId: string): Promise<boolean> {
  return (await tx.all(selectFieldsOfFlow, { flowId })).some(isSearched);
}

/** Has the texts of all customers written anew, since other fields are searched now than before. */
export async function renewSearch(tx: StoreTx): Promise<void> {
  // One change after the other, so that the last begins after whatever the others have begun.
  await tx.all(keepValuesAway, {});
  await tx.all(startSweepAnew, { now: new Date() });
}
