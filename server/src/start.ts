import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import type { Background } from './background.ts';
import type { Config } from './config.ts';
import type { FirstStore } from './modules/access/first-store.ts';
import { watchSilentConnections } from './platform/http/silent-connections.ts';
import { openStorage } from './storage.ts';

/** In-flight requests get this long when the server stops. */
const drainMs = 10_000;
const sweepMs = 50;

/** Background work begins so long after the server listens. */
const backgroundAfterMs = 1000;

/** A server that listens. */
export interface RunningServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The store and key made now, when the database had none. */
  readonly firstStore: FirstStore | undefined;
  /** Where the first owner signs up, when there is no staff yet. */
  readonly ownerLink: string | undefined;
  /** Stops accepting, finishes what is in flight within 10 s, closes the database. Idempotent. */
  stop(): Promise<void>;
}

/** The time as JSON of a log line, made once for all the lines of a millisecond. */
function isoTimes(): () => string {
  let at = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** The process's log: one JSON line an event, written in the background. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: isoTimes() },
    pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 200 }),
  );
}

/** Around a start. */
interface StartOptions {
  /** The build of the dashboard, if it is under way. */
  readonly dashboard?: Promise<void> | undefined;
  /** Asks to end the start, which then throws as soon as it can and leaves nothing running. Later it says nothing. */
  readonly signal?: AbortSignal;
}

/** Starts everything: database, migrations, first store, HTTP server. */
export async function startServer(
  config: Config,
  log: Logger,
  { dashboard, signal }: StartOptions = {},
): Promise<RunningServer> {
  const launched = Promise.withResolvers<void>();
  const opening = openStorage(config, message => log.info(message), { signal, onLaunch: launched.resolve });
  // The app's code is loaded while the database starts, and not before: loading leaves no time for anything else.
  await Promise.race([launched.promise, opening]);
  const [{ buildApp }, { startBackground }, { createFirstStore }, { createFirstOwner }, storage] = await Promise.all([
    import('./app.ts'),
    import('./background.ts'),
    import('./modules/access/first-store.ts'),
    import('./modules/staff/staff-setup.ts'),
    opening,
    dashboard,
  ]);
  try {
    let url = '';
    const baseUrl = () => config.CLIENTELE_PUBLIC_URL?.replace(/\/+$/, '') ?? url;
    let background: Background | undefined;
    const app = await buildApp({
      config,
      ...storage,
      log,
      baseUrl,
      wake: job => background?.wake(job),
    });
    // An older version may have run since, which tells of no changes (decision 0073).
    await storage.database.clear('value_counts');
    const endSilentConnections = watchSilentConnections(app.server);
    // The last moment: whoever has listened also makes the first key, which is shown only once.
    signal?.throwIfAborted();
    await app.listen({ host: await addressOf(config.HOST), port: config.PORT }).catch(error => {
      throw cannotListen(error, config);
    });
    url = urlOf(app.server.address() as AddressInfo);
    // Only now: a start that fails must not use up the one time that the key is shown.
    const firstStore = await createFirstStore(storage.database, config);
    const ownerLink = (await createFirstOwner(storage.database, config, baseUrl()))?.url;
    background = startBackground(storage.database, log, backgroundAfterMs);

    let stopping: Promise<void> | undefined;
    const stop = async () => {
      await app.finishConnections();
      // A connection that was busy when the server began to close stays open when it is idle.
      const sweep = setInterval(() => {
        app.server.closeIdleConnections();
        endSilentConnections();
      }, sweepMs);
      const cut = setTimeout(() => app.server.closeAllConnections(), drainMs);
      await app.close();
      clearTimeout(cut);
      clearInterval(sweep);
      await background?.stop();
      await storage.close();
    };
    return {
      url,
      firstStore,
      ownerLink,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** For localhost, Fastify would open a second server on its other address, which nobody here would know of. */
async function addressOf(host: string): Promise<string> {
  return host === 'localhost' ? (await lookup(host, { order: 'ipv4first' })).address : host;
}

function cannotListen(error: unknown, { HOST, PORT }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${PORT} of ${HOST} is in use by another program: stop it, or choose another PORT`,
    EACCES: `PORT ${PORT} may not be used by this user: choose one above 1023`,
    EADDRNOTAVAIL: `HOST ${HOST} is not an address of this machine`,
    ENOTFOUND: `HOST ${HOST} is not known`,
  };
  return reasons[code] === undefined ? error : new Error(reasons[code], { cause: error });
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
