import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LoadRequest, runLoad } from './load.ts';
import type { Bench } from './measure.ts';
import { probe } from './probe.ts';
import type { RawRate } from './processes/argon2.ts';
import { getCustomer } from './scenarios/get-customer.ts';
import { median } from './statistics.ts';

/** Sign-in must reach this share of the machine's raw rate, while reads slow down by less than this factor. */
export const signInLimits = { share: 0.9, slowdown: 3 };

export interface SignInResult {
  /** Verifications of a password per second when the machine does nothing else. */
  readonly rawPerSecond: number;
  readonly signInsPerSecond: number;
  /** The median of the rounds' shares. */
  readonly share: number;
  /** The same of what the load leaves: the CPU that sending and reading take is nobody's on a machine of its own. */
  readonly shareBesideLoad: number;
  /** Of `GET /v2/customers/:id`, 100 times a second, in milliseconds, over all rounds. */
  readonly idleP99: number;
  readonly stormP99: number;
  readonly slowdown: number;
  /** CPU milliseconds of one verification alone, and of the server process for a sign-in, the reads not counted. */
  readonly hashCpu: number;
  readonly signInCpu: number;
}

/** The reads start so long after the sign-ins: three of 300 reads are the p99, and the first burst may meet as many. */
const settleMs = 500;

/** So long the first storm warms up: a hundred sign-ins a second take their time until V8 has compiled what they run. */
const warmUpSeconds = 20;

/** Measures a storm of sign-ins against the raw rate of the hash, and what it does to reads. */
export async function measureSignIn({ product, database, shop, options }: Bench): Promise<SignInResult> {
  const signIns: LoadRequest[] = shop.shoppers.map(({ email, password }) => ({
    method: 'POST',
    path: '/v2/customers/tokens',
    headers: shop.storefront,
    body: JSON.stringify({ data: { type: 'token', email, password } }),
  }));
  const reads = await getCustomer.requests(shop, database);
  const [shopper] = shop.shoppers;
  const stored = await database.query('select password_hash from customers where id = $1', [shopper?.id]);
  const { seconds, connections, rounds } = options;

  const idle = createHistogram();
  const busy = createHistogram();
  const raw: RawRate[] = [];
  const reached: number[] = [];
  const cpu: number[] = [];
  /** Of the machine's CPU, what this process takes to make the load. */
  const loadShares: number[] = [];
  // The first round is the warm-up.
  for (let round = 0; round <= rounds; round += 1) {
    const rate = await rawRate(stored.rows[0].password_hash, shopper?.password ?? '', seconds);
    const start = await product.usage();
    const quiet = await probe(product.url, reads, delay(seconds * 1000));
    const middle = await product.usage();
    const stormSeconds = round === 0 ? Math.max(seconds, warmUpSeconds) : seconds + settleMs / 1000;
    const loadStart = process.cpuUsage();
    const storm = runLoad({ url: product.url, requests: signIns, connections, seconds: stormSeconds });
    await Promise.race([storm, delay(settleMs)]);
    const disturbed = await probe(product.url, reads, storm);
    const end = await product.usage();
    const readsCpu = ((middle.cpu - start.cpu) / quiet.count) * disturbed.count;
    if (round === 0) continue;
    raw.push(rate);
    reached.push((await storm).perSecond);
    const { user, system } = process.cpuUsage(loadStart);
    loadShares.push((user + system) / 1e6 / stormSeconds / availableParallelism());
    cpu.push((end.cpu - middle.cpu - readsCpu) / (await storm).answers / 1000);
    idle.add(quiet);
    busy.add(disturbed);
  }
  const shares = reached.map((rate, round) => rate / (raw[round]?.perSecond ?? Number.NaN));
  const p99 = (latency: { percentile(percent: number): number }) => latency.percentile(99) / 1e6;
  return {
    rawPerSecond: median(raw.map(each => each.perSecond)),
    signInsPerSecond: median(reached),
    share: median(shares),
    shareBesideLoad: median(shares.map((share, round) => share / (1 - (loadShares[round] ?? Number.NaN)))),
    idleP99: p99(idle),
    stormP99: p99(busy),
    slowdown: p99(busy) / p99(idle),
    hashCpu: median(raw.map(each => each.cpu)),
    signInCpu: median(cpu),
  };
}

async function rawRate(hash: string, password: string, seconds: number): Promise<RawRate> {
  const script = fileURLToPath(new URL('./processes/argon2.ts', import.meta.url));
  const child = fork(script, [hash, password, String(seconds)], { execArgv: [] });
  const [rate] = await once(child, 'message');
  return rate as RawRate;
}
