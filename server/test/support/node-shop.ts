import { createRequire } from 'node:module';
import type { SdkClient } from './sdk.ts';

// A Node application on the SDK with all its defaults, run as a process of its own by `runNodeShop`. It makes one call
// and prints what the promise settled with.

const calls = {
  authenticate: (client: SdkClient) => client.Authenticate(),
  list: (client: SdkClient) => client.Customers.All(),
};

const [version, options, call] = process.argv.slice(2) as [string, string, keyof typeof calls];
const { gateway } = createRequire(import.meta.url)(`moltin-sdk-${version}`);
const outcome = await calls[call](gateway(JSON.parse(options))).then(
  resolved => ({ resolved }),
  rejected => ({ rejected }),
);
// The SDK logs to the console: the outcome is the last line.
console.log(`\n${JSON.stringify(outcome)}`);
