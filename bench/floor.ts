import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { LoadRequest } from './connection.ts';

/** The same load for the floor: it gives out, by key, what the product answered, or stores and answers that. */
export async function floorRequests(
  requests: readonly LoadRequest[],
  productUrl: string,
  database: pg.Pool,
): Promise<{ requests: LoadRequest[]; bytes: number }> {
  let bytes = 0;
  const floor: LoadRequest[] = [];
  for (const { method, path, headers, body } of requests) {
    const text = typeof body === 'function' ? body() : body;
    const answer = await fetch(productUrl + path, {
      method,
      ...(headers && { headers }),
      ...(text !== undefined && { body: text }),
    });
    const document = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${document}`);
    bytes += Buffer.byteLength(document);
    if (method === 'POST') {
      floor.push({ method, path: '/documents', headers: { 'content-type': 'application/json' }, body: document });
    } else {
      const key = randomUUID();
      await database.query('insert into floor_documents (key, document) values ($1, $2)', [key, document]);
      floor.push({ method, path: `/documents/${key}` });
    }
  }
  return { requests: floor, bytes: Math.round(bytes / requests.length) };
}
