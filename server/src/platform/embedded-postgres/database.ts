import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Address } from './address.ts';
import { superuser } from './password.ts';

export const databaseName = 'clientele';

/** Errors that pass: not listening yet or any more, starting or stopping, all connections taken, a template in use. */
const passing = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P03', '53300', '55006']);
const missingDatabase = '3D000';
const existingDatabase = new Set(['42P04', '23505']);
const wrongPassword = '28P01';

/** Connects once, and makes the database if it is missing. For so long it tries again what may pass. */
export async function reachDatabase(address: Address, password: string, patienceMs: number): Promise<void> {
  for (const giveUpAt = Date.now() + patienceMs; ; await delay(15)) {
    try {
      await runIn(databaseName, address, password, 'select');
      return;
    } catch (error) {
      if (codeOf(error) === missingDatabase && (await createDatabase(address, password))) continue;
      if (codeOf(error) === wrongPassword) {
        throw new Error('It refuses the password in postgres.password; remove that file to have a new one set', {
          cause: error,
        });
      }
      if (!passing.has(codeOf(error)) || Date.now() > giveUpAt) throw error;
    }
  }
}

/** Returns whether it is there now. */
async function createDatabase(address: Address, password: string): Promise<boolean> {
  try {
    await runIn('postgres', address, password, `create database ${databaseName}`);
    return true;
  } catch (error) {
    if (existingDatabase.has(codeOf(error))) return true;
    if (passing.has(codeOf(error))) return false;
    throw error;
  }
}

async function runIn(database: string, address: Address, password: string, text: string): Promise<void> {
  const client = new pg.Client({
    ...address,
    user: superuser,
    password,
    database,
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  // A connection that breaks while it closes must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
