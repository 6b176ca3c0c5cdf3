import pg from 'pg';
import { type Connection, clientOptions, closeWithin } from './pool.ts';
import { globalStatement, sql } from './statement.ts';

const channel = 'clientele_changed';

/** Tells every process, when the transaction commits, that keys or settings have changed. */
export const announceChange = globalStatement<object>()(() => sql`select pg_notify(${sql.lit(channel)}, '')`);

/**
 * Calls `onChange` whenever a process announces a change, and after each reconnection, when one may have been missed.
 * Returns a function that stops listening.
 */
export function listenForChanges(connection: Connection, onChange: () => void): () => Promise<void> {
  let client: pg.Client | undefined;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    if (isStopped) return;
    const next = new pg.Client(clientOptions(connection));
    client = next;
    const reconnect = () => {
      if (client !== next) return;
      client = undefined;
      next.end().catch(() => {});
      if (!isStopped) retry = setTimeout(connect, 1000).unref();
    };
    next.on('error', reconnect);
    next.on('end', reconnect);
    next.on('notification', onChange);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      onChange();
    } catch {
      reconnect();
    }
  }
  void connect();

  return async () => {
    isStopped = true;
    clearTimeout(retry);
    const last = client;
    client = undefined;
    if (last !== undefined) await closeWithin(last.end().catch(() => {}));
  };
}
