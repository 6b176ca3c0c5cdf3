import { constants } from 'node:os';
import { parseConfig } from '../config.ts';
import type { Log } from '../platform/embedded-postgres/wait.ts';
import { type DatabaseServer, openServer, openStorage, type Storage } from '../storage.ts';

/** Told to people at a terminal, and to everybody when a command waits or makes a database, as it does in the wrong folder. */
const log: Log = (message, state) => {
  if (process.stderr.isTTY || state !== undefined) process.stderr.write(`${message}\n`);
};

/**
 * Ends the process when a signal asks for it, by way of `exit`: then a half-written file is removed and an embedded
 * PostgreSQL that was started for the command is told to stop.
 */
function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

async function withOpened<S extends { close(): Promise<void> }, T>(
  open: Promise<S>,
  work: (opened: S) => Promise<T>,
): Promise<T> {
  endOnSignals();
  const opened = await open;
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/**
 * Runs a command on the database that the environment names, brought to the newest schema: beside a running server, or
 * alone; an embedded PostgreSQL that was started for the command is stopped after it.
 */
export function withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  return withOpened(openStorage(parseConfig(process.env), log), work);
}

/** The same, with whatever schema the database has. */
export function withServer<T>(work: (server: DatabaseServer) => Promise<T>): Promise<T> {
  return withOpened(openServer(parseConfig(process.env), log), work);
}
