import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { commonErrors } from '../../platform/errors.ts';
import { dashboardPages } from '../access/permissions.ts';
import { dashboardFolder } from './dashboard-folder.ts';

/** Nothing from other hosts, nothing written into the page but styles, which the components compute. */
const headers = {
  'content-security-policy':
    "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};

const notBuilt = `<!doctype html><html lang="en"><title>Clientele</title>
<p>The dashboard is not built here: run <code>npm run build</code>, then start the server again.</p></html>`;

/** Serves the dashboard (design.md §8). Its files are named by what is in them, and may be kept for ever. */
export async function dashboardRoutes(app: FastifyInstance): Promise<void> {
  const root = join(dashboardFolder, 'dist');
  const isBuilt = existsSync(join(root, 'index.html'));

  async function send(reply: FastifyReply, file: string, type: string): Promise<FastifyReply> {
    const content = isBuilt ? await readFile(join(root, file)) : notBuilt;
    return reply
      .code(isBuilt ? 200 : 503)
      .headers(headers)
      .type(`${type}; charset=utf-8`)
      .send(content);
  }

  // One and the same for every page, which tells them apart itself.
  for (const page of dashboardPages) {
    app.get(page, { schema: { hide: true } }, (request, reply) => {
      // The router takes `GET *` for `/`.
      if (request.url === '*') throw commonErrors.notFound();
      return send(reply, 'index.html', 'text/html');
    });
  }
  for (const [file, type] of [
    ['color-scheme.js', 'text/javascript'],
    ['favicon.svg', 'image/svg+xml'],
  ] as const) {
    app.get(`/${file}`, { schema: { hide: true } }, (_request, reply) => send(reply, file, type));
  }
  if (!isBuilt) return;
  await app.register(fastifyStatic, {
    root: join(root, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '365d',
  });
}
