import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadRequest } from './connection.ts';
import { floorRequests } from './floor.ts';
import { runLoad } from './load.ts';
import type { Bench } from './measure.ts';
import type { Options } from './options.ts';
import { probe } from './probe.ts';
import type { RawRate } from './processes/argon2.ts';
import type { ServerProcess } from './processes/server-process.ts';
import { getCustomer } from './scenarios/get-customer.ts';
import { median } from './statistics.ts';

/** Sign-in must reach this share of the machine's raw rate, while reads slow down by less than this factor. */
export const signInLimits = { share: 0.9, slowdown: 3 };

export interface SignInResult {
  /** Verifications of a password per second when the machine does nothing else. */
  readonly rawPerSecond: number;
  /** CPU milliseconds of one verification alone. */
  readonly hashCpu: number;
  readonly product: StormFigures;
  /** A server that reads the hash, verifies it, stores a line and does nothing else. */
  readonly floor: StormFigures;
}

/** Sign-ins as fast as they are answered, with 25 reads a second beside: medians of the rounds, but for the times of reads. */
export interface StormFigures {
  readonly perSecond: number;
  /** Of the raw rate, as measured just before and just after. */
  readonly share: number;
  /** Of a read, in milliseconds, over all rounds. */
  readonly idleP99: number;
  readonly stormP99: number;
  /** CPU milliseconds of the server process for a sign-in, the reads not counted. */
  readonly cpu: number;
}

/** The reads start so long after the sign-ins: one of a hundred reads is the p99, and the first burst may meet as many. */
const settleMs = 500;

/** So long the first storm warms up: a hundred sign-ins a second take their time until V8 has compiled what they run. */
const warmUpSeconds = 20;

/** Measures storms of sign-ins against the raw rate of the hash, and what they do to reads: product and floor in turns. */
export async function measureSignIn({ product, floor, database, shop, options }: Bench): Promise<SignInResult> {
  const reads = await getCustomer.requests(shop, database);
  const [shopper] = shop.shoppers;
  const stored = await database.query('select password_hash from customers where id = $1', [shopper?.id]);
  const raw: RawRate[] = [];
  const measureRaw = async () => {
    const rate = await rawRate(stored.rows[0].password_hash, shopper?.password ?? '', options.seconds);
    raw.push(rate);
    return rate.perSecond;
  };
  const productStorm = createStorm(product, options, measureRaw, reads, {
    path: '/v2/customers/tokens',
    headers: shop.storefront,
    bodies: shop.shoppers.map(({ email, password }) => ({ data: { type: 'token', email, password } })),
  });
  const floorReads = (await floorRequests(reads, product.url, database)).requests;
  const floorStorm = createStorm(floor, options, measureRaw, floorReads, {
    path: '/sign-ins',
    headers: { 'content-type': 'application/json' },
    bodies: shop.shoppers.map(({ id, password }) => ({ id, password })),
  });

  await floorStorm.warmUp();
  await productStorm.warmUp();
  for (let round = 0; round < options.rounds; round += 1) {
    await floorStorm.round();
    await productStorm.round();
  }
  return {
    rawPerSecond: median(raw.map(each => each.perSecond)),
    hashCpu: median(raw.map(each => each.cpu)),
    product: productStorm.figures(),
    floor: floorStorm.figures(),
  };
}

interface Storm {
  warmUp(): Promise<void>;
  round(): Promise<void>;
  figures(): StormFigures;
}

function createStorm(
  server: ServerProcess,
  { seconds, connections }: Options,
  measureRaw: () => Promise<number>,
  reads: readonly LoadRequest[],
  signIns: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodies: readonly object[];
  },
): Storm {
  const { path, headers } = signIns;
  const requests = signIns.bodies.map(body => ({ method: 'POST', path, headers, body: JSON.stringify(body) }) as const);
  const load = (duration: number) => runLoad({ url: server.url, requests, connections, seconds: duration });
  const idle = createHistogram();
  const busy = createHistogram();
  const rates: { readonly perSecond: number; readonly share: number }[] = [];
  const cpu: number[] = [];

  return {
    warmUp: async () => {
      await load(Math.max(seconds, warmUpSeconds));
    },
    round: async () => {
      // What the storm before has left unanswered is worked off.
      await delay(1000);
      const start = await server.usage();
      const quiet = await probe(server.url, reads, delay(seconds * 1000));
      const middle = await server.usage();
      // A machine that others use as well becomes faster or slower by a tenth within seconds.
      const rawBefore = await measureRaw();
      const storm = load(seconds + settleMs / 1000);
      await Promise.race([storm, delay(settleMs)]);
      const disturbed = await probe(server.url, reads, storm);
      const end = await server.usage();
      const { perSecond, answers } = await storm;
      const rawAfter = await measureRaw();
      rates.push({ perSecond, share: (2 * perSecond) / (rawBefore + rawAfter) });
      const readsCpu = ((middle.cpu - start.cpu) / quiet.count) * disturbed.count;
      cpu.push((end.cpu - middle.cpu - readsCpu) / answers / 1000);
      idle.add(quiet);
      busy.add(disturbed);
    },
    figures: () => ({
      perSecond: median(rates.map(each => each.perSecond)),
      share: median(rates.map(each => each.share)),
      idleP99: idle.percentile(99) / 1e6,
      stormP99: busy.percentile(99) / 1e6,
      cpu: median(cpu),
    }),
  };
}

async function rawRate(hash: string, password: string, seconds: number): Promise<RawRate> {
  const script = fileURLToPath(new URL('./processes/argon2.ts', import.meta.url));
  const child = fork(script, [hash, password, String(seconds)], { execArgv: [] });
  const [rate] = await once(child, 'message');
  return rate as RawRate;
}
