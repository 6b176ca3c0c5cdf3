import { inspect } from 'node:util';
// @moltin/sdk 36.0.0 as it is published; an application of yours installs and imports '@moltin/sdk'.
import { gateway, MemoryStorageFactory } from 'moltin-sdk-36.0.0';

const { CLIENTELE_CLIENT_ID, CLIENTELE_CLIENT_SECRET } = process.env;
export const serverUrl = process.env.CLIENTELE_PUBLIC_URL ?? 'http://127.0.0.1:8080';

/** What the SDK throws is an object with the server's answer, no `Error`. */
process.on('uncaughtException', error => {
  console.error(inspect(error, { depth: 6 }));
  process.exit(1);
});

function connect(key: { client_id: string; client_secret?: string }) {
  const { protocol, host, pathname } = new URL(serverUrl);
  const options = {
    ...key,
    host: `${host}${pathname}`.replace(/\/$/, ''),
    // The SDK's types do not know it, the SDK does.
    protocol: protocol.replace(':', ''),
    storage: new MemoryStorageFactory(),
  };
  return gateway(options);
}

if (!CLIENTELE_CLIENT_ID || !CLIENTELE_CLIENT_SECRET) {
  console.error(
    'Set CLIENTELE_CLIENT_ID and CLIENTELE_CLIENT_SECRET to those that the server printed at its first start.',
  );
  process.exit(2);
}
/** The shop's server, which holds the secret. */
export const backEnd = connect({ client_id: CLIENTELE_CLIENT_ID, client_secret: CLIENTELE_CLIENT_SECRET });
/** The shop in a browser, which does not. */
export const storefront = connect({ client_id: CLIENTELE_CLIENT_ID });
