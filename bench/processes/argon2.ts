import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';

// `node argon2.ts HASH PASSWORD SECONDS`: how many verifications of this hash the machine does in a second with all its
// cores and nothing else to do. Sends the figures to the parent.

export interface RawRate {
  readonly perSecond: number;
  /** CPU milliseconds of one verification. */
  readonly cpu: number;
}

const [hash = '', password = '', seconds = ''] = process.argv.slice(2);
const milliseconds = Number(seconds) * 1000;
const start = performance.now();
const before = process.cpuUsage();
let verified = 0;

async function work(): Promise<void> {
  while (performance.now() - start < milliseconds) {
    await verify(hash, password);
    verified += 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
const { user, system } = process.cpuUsage(before);
process.send?.({
  perSecond: (verified * 1000) / (performance.now() - start),
  cpu: (user + system) / verified / 1000,
} satisfies RawRate);
