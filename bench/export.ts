import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { parseOptions } from './options.ts';
import type { ServerProcess } from './processes/server-process.ts';
import { describeMachine } from './report.ts';
import { setUp } from './setting.ts';

// `npm run bench:export -- [lines …]`: what an export of orders takes, and that its memory does not grow with it. See
// docs/performance.md.

const itemsEach = 2;
const sampleMs = 25;
const pollMs = 250;
const copiedAtOnce = 50_000;

const say = (message: string) => process.stderr.write(`${message}\n`);
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

/** Fills the store up to so many orders of two items, copies of one that it has. */
async function fillOrders(database: pg.Pool, orders: number): Promise<void> {
  const { rows } = await database.query('select count(*)::int as count from orders');
  for (let count: number = rows[0].count; count < orders; count += copiedAtOnce) {
    await database.query(
      `with model as (
         select store_id, id from orders order by id limit 1
       ), made as (
         insert into orders
         select copy.* from (select gen_random_uuid() as id from generate_series(1, $1::int)) given
         cross join (select orders.* from orders join model using (store_id, id)) original
         cross join lateral jsonb_populate_record(null::orders, to_jsonb(original) || jsonb_build_object('id', given.id)) copy
         returning store_id, id
       )
       insert into order_items
       select copy.* from made cross join (
         select order_items.* from order_items join model on order_id = model.id and order_items.store_id = model.store_id
       ) original
       cross join lateral jsonb_populate_record(
         null::order_items, to_jsonb(original) || jsonb_build_object('order_id', made.id)) copy`,
      [Math.min(copiedAtOnce, orders - count)],
    );
  }
  await database.query('vacuum analyze orders, order_items');
}

/** Exports read by the primary keys; keeping the other indexes up to date would take longer than the exports. */
async function dropIndexes(database: pg.Pool): Promise<void> {
  await database.query(`do $$ begin execute (
    select string_agg(format('drop index %I', indexname), ';') from pg_indexes
    where schemaname = current_schema() and tablename in ('orders', 'order_items') and indexname not like '%_pkey'); end $$`);
}

/** What work takes, and the most memory that the server holds meanwhile. */
async function watch<T>(server: ServerProcess, work: Promise<T>): Promise<{ value: T; seconds: number; rss: number }> {
  const begin = performance.now();
  let isDone = false;
  let rss = 0;
  const ended = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    rss = Math.max(rss, (await server.usage()).rss);
    await Promise.race([delay(sampleMs), ended]);
  }
  return { value: await ended, seconds: (performance.now() - begin) / 1000, rss };
}

async function main(sizes: readonly number[]): Promise<void> {
  const options = parseOptions(['--customers', '200']);
  if (options === 'help') return;
  await using setting = await setUp(options, say);
  const { product, database, shop } = setting;
  await dropIndexes(database);

  async function exportAll(): Promise<string> {
    const { id } = await shop.post<{ id: string }>(shop.admin, '/v2/jobs', { type: 'job', job_type: 'order_export' });
    for (;;) {
      const answer = await fetch(`${product.url}/v2/jobs/${id}`, { headers: shop.admin });
      const { data } = (await answer.json()) as { data: { status: string; error?: string; link: { href: string } } };
      if (data.status === 'complete') return data.link.href;
      if (data.status === 'failed') throw new Error(`the export failed: ${data.error}`);
      await delay(pollMs);
    }
  }

  async function download(href: string): Promise<{ bytes: number; lines: number }> {
    const url = new URL(href);
    const answer = await fetch(`${product.url}${url.pathname}${url.search}`);
    const sum = { bytes: 0, lines: -1 };
    for await (const chunk of answer.body ?? []) {
      sum.bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) sum.lines += 1;
    }
    return sum;
  }

  const rows: string[] = [];
  for (const lines of sizes) {
    say(`filling up to ${lines} lines`);
    await fillOrders(database, lines / itemsEach);
    say(`exporting ${lines} lines`);
    const before = (await product.usage()).rss;
    const made = await watch(product, exportAll());
    const read = await watch(product, download(made.value));
    const memory = [before, made.rss, read.rss].map(megabytes).join(' / ');
    const { bytes, lines: written } = read.value;
    const row = `| ${written.toLocaleString('en')} | ${megabytes(bytes)} | ${made.seconds.toFixed(1)} | ${read.seconds.toFixed(1)} | ${memory} |`;
    say(row);
    rows.push(row);
  }
  const head = '| Lines | File, MB | Export, s | Download, s | RSS MB: before / export / download |';
  process.stdout.write(
    `${describeMachine(setting.postgres)}\n\n${head}\n| ---: | ---: | ---: | ---: | --- |\n${rows.join('\n')}\n`,
  );
}

const given = process.argv.slice(2).map(Number);
await main(given.length > 0 ? given : [10_000, 100_000, 1_000_000]);
