import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';

// `node argon2.ts HASH PASSWORD SECONDS`: how many verifications of this hash the machine does in a second with all its
// cores and nothing else to do. Sends the number to the parent.

const [hash = '', password = '', seconds = ''] = process.argv.slice(2);
const milliseconds = Number(seconds) * 1000;
const start = performance.now();
let verified = 0;

async function work(): Promise<void> {
  while (performance.now() - start < milliseconds) {
    await verify(hash, password);
    verified += 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
process.send?.((verified * 1000) / (performance.now() - start));
