import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSdkClient, type Outcome, type SdkClient, type SdkOptions, type SdkVersion } from './sdk.ts';
import { startTestApp, type TestApp, type TestStore } from './test-app.ts';
import { type PassedRequest, proxyCertificate, startTlsProxy, type TlsProxy } from './tls-proxy.ts';

/** A client of the SDK, and what it has sent. */
export interface SdkConnection {
  readonly client: SdkClient;
  readonly storage: Map<string, string>;
  readonly requests: readonly PassedRequest[];
}

/** Options of a client beyond the key; `store` is the shop's first one unless given. */
type ConnectOptions = Partial<SdkOptions> & { readonly store?: TestStore };

/** The app on a socket, and unmodified SDKs that talk to it over TLS. */
export interface SdkShop extends TestApp {
  /** `127.0.0.1:port`, without TLS. */
  readonly httpHost: string;
  /** A TLS proxy of one's own in front of the app. */
  openProxy(): Promise<TlsProxy>;
  /** A storefront's client, which holds no secret: it has an access token already. */
  storefrontClient(version: SdkVersion, options?: ConnectOptions): Promise<SdkConnection>;
  /** A back end's client, which holds the secret: it has an access token already. */
  backEndClient(version: SdkVersion, options?: ConnectOptions): Promise<SdkConnection>;
  /** A client that has sent nothing yet. */
  newClient(version: SdkVersion, options?: ConnectOptions): Promise<SdkConnection>;
}

export async function startSdkShop(env: Readonly<Record<string, string>> = {}): Promise<SdkShop> {
  const app = await startTestApp(env);
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.app.server.address() as AddressInfo;
  const proxies: TlsProxy[] = [];

  async function openProxy(): Promise<TlsProxy> {
    const proxy = await startTlsProxy(port);
    proxies.push(proxy);
    return proxy;
  }

  async function newClient(version: SdkVersion, { store = app, ...options }: ConnectOptions = {}) {
    const { host, requests } = await openProxy();
    return { ...createSdkClient(version, { client_id: store.clientId, host, ...options }), requests };
  }

  async function authenticated(connection: SdkConnection): Promise<SdkConnection> {
    // 3.8.1 cannot make a first call without it (reference: authentication.md, "What the JS SDK does").
    await connection.client.Authenticate();
    return connection;
  }

  return {
    ...app,
    httpHost: `127.0.0.1:${port}`,
    openProxy,
    newClient,
    storefrontClient: async (version, options) => authenticated(await newClient(version, options)),
    backEndClient: async (version, { store = app, ...options } = {}) =>
      authenticated(await newClient(version, { store, client_secret: store.clientSecret, ...options })),
    close: async () => {
      await Promise.all(proxies.map(proxy => proxy.close()));
      await app.close();
    },
  };
}

/** A folder in which a Node application runs, where the SDK makes its ./localStorage. */
export async function createNodeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'clientele-node-shop-'));
  await writeFile(join(path, 'proxy.crt'), proxyCertificate);
  return { path, remove: () => rm(path, { recursive: true }) };
}

const program = fileURLToPath(new URL('node-shop.ts', import.meta.url));

/** Runs node-shop.ts in a folder. */
export async function runNodeShop(
  folder: string,
  version: SdkVersion,
  options: SdkOptions,
  call: 'authenticate' | 'list',
): Promise<Outcome> {
  // Versions up to 3.8.1 forget a promise that rejects with a refused token request: fatal since Node 15.
  const args = ['--unhandled-rejections=none', program, version, JSON.stringify(options), call];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'proxy.crt') };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
