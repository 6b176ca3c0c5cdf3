import pg from 'pg';
import { expect, vi } from 'vitest';
import { StoreDb } from '../../src/platform/db/database.ts';
import type { compiledStatements } from '../../src/platform/db/statement.ts';

export type AnyStatement = typeof compiledStatements extends Map<string, infer S> ? S : never;

/** A node of a query plan, as EXPLAIN (FORMAT JSON, VERBOSE) gives it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Operation?: string;
  readonly Output?: readonly string[];
  readonly Filter?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly 'One-Time Filter'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Parent Relationship'?: string;
  /** With ANALYZE, per loop. */
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The names of a statement's parameters, `$1` first; undefined for a value that is part of the statement. */
export function parameterNames(statement: AnyStatement): readonly (string | undefined)[] {
  const marks = new Map<unknown, string>();
  const parameters = new Proxy({} as never, {
    get: (_, name) => {
      const mark = Symbol(String(name));
      marks.set(mark, String(name));
      return mark;
    },
  });
  return statement.bind(parameters).map(value => marks.get(value));
}

/** The one statement that `work` sends to a database that answers nothing, and its values. */
export async function sentBy(storeId: string, work: (db: StoreDb) => Promise<unknown>) {
  let sent: { statement: AnyStatement; parameters: object } | undefined;
  const db = new StoreDb(
    storeId,
    async (statement, parameters) => {
      sent = { statement: statement as AnyStatement, parameters: parameters as object };
      return [];
    },
    () => {
      throw new Error('a listing needs no transaction');
    },
  );
  await work(db);
  if (sent === undefined) throw new Error('nothing was sent');
  return sent;
}

let prepared = 0;

/** The plan of a statement for whatever values, as every execution of a prepared statement may use it. In a transaction. */
export async function genericPlan(client: pg.ClientBase, statement: AnyStatement): Promise<PlanNode> {
  const values = parameterNames(statement).map(() => 'null');
  prepared += 1;
  await client.query(
    `set local plan_cache_mode = force_generic_plan; prepare explained_${prepared} as ${statement.text}`,
  );
  const execute = `execute explained_${prepared}${values.length === 0 ? '' : `(${values.join(', ')})`}`;
  const { rows } = await client.query(`explain (verbose, format json) ${execute}`);
  return rows[0]['QUERY PLAN'][0].Plan;
}

/** The node and all below it, but for what is never run because its condition contradicts itself. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node['One-Time Filter'] === 'false' ? [] : (node.Plans ?? []).flatMap(nodesOf))];
}

/** The conditions that every row a node gives has met: `a AND b` in EXPLAIN's spelling, taken apart. */
export function conditionsOf(node: PlanNode): string[] {
  const own = [node.Filter, node['Index Cond'], node['Recheck Cond']].filter(text => text !== undefined);
  return own.flatMap(conjuncts);
}

/** Splits at the ANDs that stand outside of parentheses and quotes. */
function conjuncts(text: string): string[] {
  const inner = isEnclosed(text) ? text.slice(1, -1) : text;
  const parts: string[] = [];
  let start = 0;
  for (const at of outside(inner)) {
    if (inner.startsWith(' AND ', at)) {
      parts.push(inner.slice(start, at));
      start = at + ' AND '.length;
    } else if (inner.startsWith(' OR ', at)) return [inner];
  }
  if (parts.length === 0) return [inner];
  return [...parts, inner.slice(start)].flatMap(conjuncts);
}

/** The positions of a text that are in no parentheses and no quotes. */
function* outside(text: string): Generator<number> {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0) yield at;
  }
}

/** Whether the first parenthesis closes with the last character. */
function isEnclosed(text: string): boolean {
  return text.startsWith('(') && text.endsWith(')') && outside(text.slice(0, -1)).next().done === true;
}

/** Whether a table has so few rows of a store that reading all of them is as good as an index. */
export const isSmall = (table: string | undefined): boolean =>
  ['totals', 'field_versions', 'value_counts'].includes(table ?? '');

/** How many rows and index entries an execution has looked at, dropped ones included. */
export function rowsRead(plan: PlanNode): number {
  return nodesOf(plan)
    .filter(node => node['Relation Name'] !== undefined || node['Index Name'] !== undefined)
    .filter(node => node['Node Type'] !== 'ModifyTable')
    .reduce((sum, node) => sum + (node['Actual Loops'] ?? 0) * rowsPerLoop(node), 0);
}

function rowsPerLoop(node: PlanNode): number {
  return (
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  );
}

/** A value as a literal of SQL. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) {
    return pg.escapeLiteral(`{${value.map(item => `"${String(item).replace(/["\\\\]/g, '\\\\$&')}"`).join(',')}}`);
  }
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

/** A statement prepared on a connection, to see how PostgreSQL executes it. */
export interface PreparedStatement {
  execute(parameters: object): Promise<void>;
  /** Executes it and gives the plan with what was read. */
  measure(parameters: object): Promise<PlanNode>;
}

export async function prepareStatement(client: pg.ClientBase, statement: AnyStatement): Promise<PreparedStatement> {
  prepared += 1;
  const name = `explained_${prepared}`;
  await client.query(`prepare ${name} as ${statement.text}`);
  const call = (parameters: object) =>
    `execute ${name}(${statement
      .bind(parameters as never)
      .map(literal)
      .join(', ')})`;
  return {
    execute: async parameters => {
      await client.query(call(parameters));
    },
    measure: async parameters => {
      const { rows } = await client.query(`explain (analyze, verbose, format json) ${call(parameters)}`);
      return rows[0]['QUERY PLAN'][0].Plan;
    },
  };
}

/**
 * Vacuums a table until all of its pages are known to be visible to everybody, which an index alone needs: none is while a
 * transaction that began before goes on, and autovacuum may have one at any moment.
 */
export async function vacuum(client: pg.Client, table: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await client.query(`vacuum ${table}`);
      const { rows } = await client.query('select relpages, relallvisible from pg_class where oid = $1::regclass', [
        table,
      ]);
      expect(rows[0].relallvisible).toBe(rows[0].relpages);
    },
    { timeout: 30_000, interval: 50 },
  );
}
