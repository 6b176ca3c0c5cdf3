import type { ColumnType } from 'kysely';

/** A `timestamptz` column: read as the contract's text (pool.ts), written as a Date with milliseconds. */
export type Timestamp = ColumnType<string, Date, Date>;

/**
 * The tables, one property each. A module adds its own by declaration merging in its store file, so that this folder
 * needs no business words and every row type derives from one interface:
 *
 *     declare module '../../platform/db/schema.ts' {
 *       interface StoreTables { customers: CustomersTable }
 *     }
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the modules
export interface StoreTables {}

/** The few tables that belong to no store (design.md §3). */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the modules
export interface GlobalTables {}

/** Every table: those whose primary key begins with `store_id`, and the global ones. */
export interface Database extends StoreTables, GlobalTables {}
