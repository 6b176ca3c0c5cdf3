import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands between a server and its database, so that the database can go away and come back. */
export interface DatabaseProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** Connections are cut and refused, as when the database has stopped. */
  stop(): Promise<void>;
  /** Nothing is said any more, on old connections and on new ones, as when a cable is cut. */
  fallSilent(): void;
  /** The database is back. Connections from before the silence stay dead. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a proxy to the database of a URL, which may name a unix socket. */
export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const { username, password, pathname, hostname, port, searchParams } = new URL(
    databaseUrl.replace('@/', '@localhost/'),
  );
  const folder = searchParams.get('host');
  const targetPort = Number(searchParams.get('port') ?? (port || '5432'));
  const target = folder === null ? { host: hostname, port: targetPort } : { path: `${folder}/.s.PGSQL.${targetPort}` };

  const pairs = new Set<readonly [client: Socket, server: Socket]>();
  /** The ends towards the service of connections that died in a silence. */
  const dead = new Set<Socket>();
  let isSilent = false;

  const proxy = createServer(client => {
    if (isSilent) {
      client.on('error', () => {});
      dead.add(client);
      return;
    }
    const server = connect(target as { host: string; port: number });
    const pair = [client, server] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [server, client]] as const) {
      from.on('data', bytes => {
        if (!isSilent && pairs.has(pair)) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (!isSilent) to.destroy();
      });
    }
  });
  const listen = (on: number) => new Promise<void>(resolve => proxy.listen(on, '127.0.0.1', resolve));
  await listen(0);
  const ownPort = (proxy.address() as AddressInfo).port;

  const cut = () => {
    for (const socket of [...pairs, ...dead].flat()) socket.destroy();
    pairs.clear();
    dead.clear();
  };
  const stop = () =>
    new Promise<void>(resolve => {
      proxy.close(() => resolve());
      cut();
    });

  return {
    url: `postgres://${username}:${password}@127.0.0.1:${ownPort}${pathname}`,
    stop,
    fallSilent: () => {
      isSilent = true;
    },
    restore: async () => {
      isSilent = false;
      // What was opened before the silence stays open and dead: only the ends towards the database are let go.
      for (const [client, server] of pairs) {
        dead.add(client);
        server.destroy();
      }
      pairs.clear();
      if (!proxy.listening) await listen(ownPort);
    },
    close: stop,
  };
}
