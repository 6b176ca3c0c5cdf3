import { verify } from '@node-rs/argon2';
import { fastify } from 'fastify';
import pg from 'pg';

// The floor: what the same machine allows with Fastify, the driver and one named statement, and nothing else: no
// authentication, no log, no validation, no headers of ours. The documents are answers of the product, stored as they
// are, so that both servers send the same JSON.

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = fastify();

app.get('/health/ready', async () => ({ status: 'ready' }));

app.get('/documents/:key', async request => {
  const { key } = request.params as { key: string };
  const found = await pool.query({
    name: 'find',
    text: 'select document from floor_documents where key = $1',
    values: [key],
  });
  return found.rows[0].document;
});

// The query of an order history, and nothing made of its rows.
app.get('/histories/:customerId', async request => {
  const { customerId } = request.params as { customerId: string };
  const found = await pool.query({
    name: 'history',
    text: `
      select orders.*, counted.total, (
        select json_agg(item order by array_position(orders.item_ids, item.id)) from order_items item
        where item.store_id = stores.id and item.order_id = orders.id) as items
      from stores
      cross join lateral (
        select coalesce(max(order_count), 0) as total from order_counts
        where store_id = stores.id and customer_id = $1::uuid) counted
      join lateral (
        select * from orders where store_id = stores.id and customer_id = $1::uuid
        order by created_at desc, id limit 10) orders on true`,
    values: [customerId],
  });
  return { data: found.rows };
});

app.post('/documents', async (request, reply) => {
  const stored = await pool.query({
    name: 'insert',
    text: 'insert into floor_documents (key, document) values (gen_random_uuid(), $1) returning document',
    values: [request.body],
  });
  return reply.code(201).send(stored.rows[0].document);
});

// A sign-in by id, without counting attempts and without a token.
app.post('/sign-ins', async (request, reply) => {
  const { id, password } = request.body as { id: string; password: string };
  const found = await pool.query({
    name: 'hash',
    text: 'select password_hash from customers where store_id = (select id from stores) and id = $1',
    values: [id],
  });
  if (!(await verify(found.rows[0].password_hash, password))) return reply.code(401).send({});
  const stored = await pool.query({
    name: 'sign in',
    text: 'insert into floor_documents (key, document) values (gen_random_uuid(), $1) returning key',
    values: [{ id }],
  });
  return { key: stored.rows[0].key };
});

await pool.query('create table if not exists floor_documents (key uuid primary key, document jsonb not null)');
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.on('SIGTERM', async () => {
  await app.close();
  await pool.end();
  process.exit(0);
});
