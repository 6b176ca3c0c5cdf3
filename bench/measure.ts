import type pg from 'pg';
import type { LoadRequest } from './connection.ts';
import { floorRequests } from './floor.ts';
import { runLoad } from './load.ts';
import type { Options } from './options.ts';
import type { ServerProcess } from './processes/server-process.ts';
import type { Scenario } from './scenario.ts';
import type { Shop } from './shop.ts';
import { median } from './statistics.ts';

/** What the benchmark runs on. */
export interface Bench {
  readonly options: Options;
  readonly product: ServerProcess;
  readonly floor: ServerProcess;
  readonly database: pg.Pool;
  readonly shop: Shop;
}

/** Medians over the rounds. */
export interface Figures {
  /** CPU seconds of the server process per 1,000 requests. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Database round trips per request. */
  readonly statements: number;
}

export interface Result {
  readonly scenario: string;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly product: Figures;
  readonly floor: Figures;
  /** CPU of the product as a multiple of the floor's: the median of the rounds' ratios. */
  readonly ratio: number;
  readonly limit: number | undefined;
}

/** So many answers stand for the size of all. */
const floorDocuments = 200;

/** Measures a scenario: product and floor in turns, after a warm-up of both. */
export async function measure(bench: Bench, scenario: Scenario): Promise<Result> {
  const { product, floor, options } = bench;
  const requests = await scenario.requests(bench.shop, bench.database);
  const same = await floorRequests(requests.slice(0, floorDocuments), product.url, bench.database);
  const floorLoad = scenario.floor?.(bench.shop) ?? same.requests;
  await round(product, requests, options);
  await round(floor, floorLoad, options);
  const rounds: { product: Figures; floor: Figures }[] = [];
  for (let count = 0; count < options.rounds; count += 1) {
    rounds.push({
      floor: await round(floor, floorLoad, options),
      product: await round(product, requests, options),
    });
  }
  return {
    scenario: scenario.name,
    bytes: same.bytes,
    product: medians(rounds.map(each => each.product)),
    floor: medians(rounds.map(each => each.floor)),
    ratio: median(rounds.map(each => each.product.cpu / each.floor.cpu)),
    limit: scenario.limit,
  };
}

async function round(server: ServerProcess, requests: readonly LoadRequest[], options: Options): Promise<Figures> {
  const before = await server.usage();
  const load = await runLoad({ url: server.url, requests, connections: options.connections, seconds: options.seconds });
  const after = await server.usage();
  return {
    cpu: (after.cpu - before.cpu) / load.answers / 1000,
    perSecond: load.perSecond,
    p50: load.latency.percentile(50) / 1e6,
    p99: load.latency.percentile(99) / 1e6,
    statements: (after.statements - before.statements) / load.answers,
  };
}

function medians(rounds: readonly Figures[]): Figures {
  const of = (name: keyof Figures) => median(rounds.map(figures => figures[name]));
  return { cpu: of('cpu'), perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), statements: of('statements') };
}
