import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { ApiError, commonErrors } from '../../platform/errors.ts';
import { newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { AuditEventType } from '../audit/audit.events.ts';
import { deltaBetween, recordAudit } from '../audit/audit.service.ts';
import { coreFlowSlugs } from './core-flows.ts';
import { type DefinitionRow, keepDefinitions, renewVersion, selectDefinitions } from './definitions.store.ts';
import type { FieldRow } from './fields.store.ts';

/** The fields of a store's resources, as they were at one moment. */
export interface Definitions {
  /** Null while the store has had no flow. */
  readonly version: string | null;
  /** The fields that are shown and accepted, in their order, by the slug of their flow. */
  readonly fields: ReadonlyMap<string, readonly FieldRow[]>;
}

const none: Definitions = { version: null, fields: new Map() };

/**
 * What this process remembers. Nobody tells it of changes: each statement that reads or writes a resource says by which
 * version it did (docs/decisions/0045-fields-of-resources.md).
 */
const remembered = new WeakMap<StoreDb['memory'], Definitions>();

/** The definitions that are in force now. */
export async function readDefinitions(db: StoreDb): Promise<Definitions> {
  const rows = await db.all(selectDefinitions, { slugs: coreFlowSlugs });
  const fields = rows.filter((row): row is DefinitionRow => row.id !== null);
  const version = rows[0]?.field_version ?? null;
  const found = version === null ? none : { version, fields: Map.groupBy(fields, field => field.flow_slug) };
  remembered.set(db.memory, found);
  return found;
}

/** The definitions by which a row of this version is shown: those, or newer ones. */
export function definitionsAt(db: StoreDb, version: string | null): Definitions | Promise<Definitions> {
  if (version === null) return none;
  const known = remembered.get(db.memory);
  return known?.version === version ? known : readDefinitions(db);
}

/** Something went wrong, or found nothing, that might go well by other definitions. */
class Doubt extends Error {
  readonly reason: ApiError | undefined;

  constructor(reason?: ApiError) {
    super('by the definitions that were remembered');
    this.name = 'Doubt';
    this.reason = reason;
  }
}

/** To be thrown where a statement has refused to write by the definitions it was given, and what went before must be undone. */
export const outdated = (): Error => new Doubt();

/** Puts errors of the definitions in doubt: those that `read` answers a request with, if `isDoubtful` then. */
export async function doubting<T>(read: () => T | Promise<T>, isDoubtful = () => true): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ApiError && isDoubtful() ? new Doubt(error) : error;
  }
}

/** Definitions that change while a request is at work make it begin anew, so often at most; then changes have to wait for it. */
const mostAttempts = 5;

/**
 * Does work by the definitions that are remembered; where they leave a doubt, or nothing is found, by those in force. What
 * then is refused is refused, and what is not found is undefined.
 */
export async function byDefinitions<T>(
  db: StoreDb,
  work: (definitions: Definitions, db: StoreDb) => Promise<T | undefined>,
): Promise<T | undefined> {
  let definitions = remembered.get(db.memory) ?? none;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    let reason: ApiError | undefined;
    try {
      const done = await work(definitions, db);
      if (done !== undefined) return done;
    } catch (error) {
      if (!(error instanceof Doubt)) throw error;
      reason = error.reason;
    }
    const current = await readDefinitions(db);
    if (current.version === definitions.version) {
      if (reason !== undefined) throw reason;
      return undefined;
    }
    definitions = current;
  }
  return db.inTransaction(async tx => {
    await tx.all(keepDefinitions, {});
    try {
      return await work(await readDefinitions(tx), tx);
    } catch (error) {
      throw error instanceof Doubt ? (error.reason ?? commonErrors.databaseUnavailable()) : error;
    }
  });
}

/** Changes flows or fields, in one transaction: the next request of any process goes by what they are then. */
export function changeDefinitions<T>(
  { db, now }: Pick<Context, 'db' | 'now'>,
  work: (tx: StoreTx, version: string) => Promise<T>,
): Promise<T> {
  const version = newId(now);
  return db.inTransaction(async tx => {
    const done = await work(tx, version);
    await tx.all(renewVersion, { version });
    return done;
  });
}

/** Logs a change of a flow or a field in its transaction: what it was, and what it is. */
export const logDefinition = (
  tx: StoreTx,
  ctx: Context,
  type: Extract<AuditEventType, `flow.${string}` | `field.${string}`>,
  id: string,
  before: object,
  after: object,
): Promise<void> =>
  recordAudit(tx, ctx, {
    ...{ type, delta: deltaBetween(before, after) },
    resource: { type: type.startsWith('flow.') ? 'flow' : 'field', id },
  });
