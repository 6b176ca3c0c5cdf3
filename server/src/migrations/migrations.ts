import type { Migration } from 'kysely/migration';
import * as core from './0001-core.ts';

/** The history of the schema, in order. Forward only; a merged migration is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-core': core,
};
