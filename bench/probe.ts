import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setInterval } from 'node:timers/promises';
import { Connection, encode, type LoadRequest } from './connection.ts';

/** Seldom enough to be no load of its own: at a request every 10 ms a storm of sign-ins had a twentieth less of the cores. */
const everyMs = 40;

/** Sends one request every 40 ms, on kept connections, until `until` settles; returns the latencies in nanoseconds. */
export async function probe(
  url: string,
  requests: readonly LoadRequest[],
  until: Promise<unknown>,
): Promise<RecordableHistogram> {
  const encoded = requests.map(request => encode(request, url));
  const latency = createHistogram();
  const idle: Connection[] = [];
  const send = async (bytes: Buffer) => {
    const connection = idle.pop() ?? new Connection(url);
    latency.record(await connection.send(bytes));
    idle.push(connection);
  };
  let isOver = false;
  const over = until.finally(() => {
    isOver = true;
  });
  const sent: Promise<void>[] = [];
  for await (const _ of setInterval(everyMs)) {
    const make = encoded[sent.length % encoded.length];
    if (isOver || make === undefined) break;
    sent.push(send(make()));
  }
  await Promise.all([over, ...sent]);
  for (const connection of idle) connection.close();
  return latency;
}
