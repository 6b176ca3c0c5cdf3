import { parseConfig } from '../config.ts';
import { openStorage, type Storage } from '../storage.ts';

/**
 * Runs a command on the database that the environment names: beside a running server, or alone; an embedded PostgreSQL
 * that was started for the command is stopped after it.
 */
export async function withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openStorage(parseConfig(process.env), () => {});
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}
