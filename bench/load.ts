import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { Connection, encode, type LoadRequest } from './connection.ts';

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
  const { url, requests, seconds } = options;
  const encoded = requests.map(request => encode(request, url));
  const latency = createHistogram();
  const connections = Array.from({ length: options.connections }, () => new Connection(url));
  const start = performance.now();
  const isOver = () => performance.now() - start >= seconds * 1000;
  const work = async (connection: Connection, index: number) => {
    const first = Math.floor((index * encoded.length) / connections.length);
    for (let count = first; !isOver(); count += 1) {
      const make = encoded[count % encoded.length];
      if (make === undefined) throw new Error('there is no request to send');
      latency.record(await connection.send(make()));
    }
  };
  try {
    await Promise.all(connections.map(work));
  } finally {
    for (const connection of connections) connection.close();
  }
  return { answers: latency.count, perSecond: (latency.count * 1000) / (performance.now() - start), latency };
}
