import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setInterval } from 'node:timers/promises';
import type { LoadRequest } from './load.ts';

const everyMs = 10;

/** Sends one request every 10 ms, on kept connections, until `until` settles; returns the latencies in nanoseconds. */
export async function probe(
  url: string,
  requests: readonly LoadRequest[],
  until: Promise<unknown>,
): Promise<RecordableHistogram> {
  const latency = createHistogram();
  const agent = new Agent({ keepAlive: true });
  const send = async ({ path, headers }: LoadRequest) => {
    const start = performance.now();
    const request = get(url + path, { agent, headers: { ...headers } });
    const [answer] = await once(request, 'response');
    answer.resume();
    await once(answer, 'end');
    if (answer.statusCode !== 200) throw new Error(`GET ${path}: ${answer.statusCode}`);
    latency.record(Math.round((performance.now() - start) * 1e6));
  };
  let isOver = false;
  const over = until.finally(() => {
    isOver = true;
  });
  const sent: Promise<void>[] = [];
  for await (const _ of setInterval(everyMs)) {
    const request = requests[sent.length % requests.length];
    if (isOver || request === undefined) break;
    sent.push(send(request));
  }
  await Promise.all([over, ...sent]);
  agent.destroy();
  return latency;
}
