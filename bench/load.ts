import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

/** A request of the load. A body that is a function is made anew for every request. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | (() => string);
}

export interface Load {
  readonly answers: number;
  readonly perSecond: number;
  /** Of the answers, in nanoseconds. */
  readonly latency: RecordableHistogram;
}

/** Sends requests as fast as they are answered, each connection its own rotation of the list. Throws if one is refused. */
export async function runLoad(options: {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  readonly seconds: number;
}): Promise<Load> {
  const { url, requests, connections, seconds } = options;
  const prepared = requests.map(toAutocannon);
  let client = 0;
  const latency = createHistogram();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const load = autocannon(
      {
        url,
        connections,
        duration: seconds,
        setupClient: each => {
          const start = Math.floor((client * prepared.length) / connections);
          client += 1;
          each.setRequests([...prepared.slice(start), ...prepared.slice(0, start)].map(request => ({ ...request })));
        },
      },
      (error, finished) => (error ? reject(error) : resolve(finished)),
    );
    load.on('response', (_client, _status, _bytes, milliseconds) => {
      latency.record(Math.max(1, Math.round(milliseconds * 1e6)));
    });
  });
  if (result.non2xx > 0 || result.errors > 0) {
    const statuses = JSON.stringify(result.statusCodeStats);
    throw new Error(`${url}: ${result.non2xx} requests refused, ${result.errors} failed: ${statuses}`);
  }
  return { answers: latency.count, perSecond: latency.count / result.duration, latency };
}

function toAutocannon({ method, path, headers, body }: LoadRequest): autocannon.Request {
  const fixed = { method, path, headers: { ...headers } };
  if (body === undefined) return fixed;
  return typeof body === 'string'
    ? { ...fixed, body }
    : { ...fixed, setupRequest: request => ({ ...request, body: body() }) };
}
