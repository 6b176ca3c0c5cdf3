import pg from 'pg';
import { type Connection, clientOptions, closeWithin, connectionLifetimeSeconds } from './pool.ts';
import { globalStatement, sql } from './statement.ts';

const channel = 'clientele_changed';

/** Tells every process, when the transaction commits, that keys or settings have changed. */
export const announceChange = globalStatement<object>()(() => sql`select pg_notify(${sql.lit(channel)}, '')`);

const retryMs = 1000;

/**
 * Calls `onChange` whenever a process announces a change, and after a connection was lost, when one may have been missed.
 * Returns a function that stops listening.
 */
export function listenForChanges(connection: Connection, onChange: () => void): () => Promise<void> {
  let client: pg.Client | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let connecting = connect();

  function connectIn(ms: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => {
      connecting = connect();
    }, ms).unref();
  }

  /** Replaces the connection: by one that listens already, or by none when there is none to be had. */
  async function connect(): Promise<void> {
    const next = new pg.Client(clientOptions(connection));
    const lost = () => {
      if (client !== next) return;
      client = undefined;
      connectIn(retryMs);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', onChange);
    const isListening = await next
      .connect()
      .then(() => next.query(`listen ${channel}`))
      .then(
        () => true,
        () => false,
      );
    const previous = client;
    client = isListening && !isStopped ? next : undefined;
    connectIn(isListening ? connectionLifetimeSeconds * 1000 : retryMs);
    if (client !== undefined && previous === undefined) onChange();
    await Promise.all([previous, client === next ? undefined : next].map(close));
  }

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await closeWithin(connecting.then(() => close(client)));
  };
}

const close = (client: pg.Client | undefined) => client?.end().catch(() => {});
