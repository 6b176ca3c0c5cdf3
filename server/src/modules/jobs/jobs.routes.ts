import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import { answers, document, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { isPageRequested, maxLimit, parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import type { Services } from '../access/services.ts';
import { filePathOf, isValidLink, openFile } from './job-files.ts';
import { jobErrors } from './jobs.errors.ts';
import { Job, JobFile, NewJob } from './jobs.schema.ts';
import { createJob, getJob, type JobRow, listJobs } from './jobs.service.ts';

const tags = ['Jobs'];
const params = Type.Object({ jobId: pathId('job') });

const JobPage = page(Job).properties;
const JobList = Type.Object({
  data: JobPage.data,
  meta: Type.Optional(JobPage.meta),
  links: Type.Optional(JobPage.links),
});

/** The endpoints of jobs (reference: platform.md, "Jobs"). `wake` tells a worker of a new one. */
export function jobRoutes(
  server: FastifyInstance,
  services: Services,
  masterKey: MasterKey,
  wake: (job: { readonly storeId: string; readonly jobId: string }) => void,
): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  const hrefOf = (row: JobRow): string => {
    const path = filePathOf(masterKey, row);
    return path === undefined ? '' : `${services.baseUrl()}${path}`;
  };
  const toJob = (row: JobRow): Job => ({
    id: row.id,
    type: 'job',
    job_type: row.job_type,
    filter: row.filter,
    status: row.status,
    ...(row.error !== null && { error: row.error }),
    link: { href: hrefOf(row) },
    links: { self: `${services.baseUrl()}/v2/jobs/${row.id}` },
    timestamps: { created_at: row.created_at, updated_at: row.updated_at },
  });

  app.post(
    '/v2/jobs',
    {
      schema: {
        tags,
        summary: 'Export orders or customers',
        description:
          'Writes a CSV file in the background: a line for each item of each order that the filter matches, or for each ' +
          'customer, with the fields of the store.',
        body: document(NewJob),
        response: answers({ 201: document(Job) }, 400, 422),
      },
    },
    async (request, reply) => {
      const row = await createJob(request.ctx, request.body.data);
      wake({ storeId: row.store_id, jobId: row.id });
      return reply.code(201).send({ data: toJob(row) });
    },
  );

  app.get(
    '/v2/jobs',
    {
      schema: {
        tags,
        summary: 'List jobs',
        description: 'Newest first: the last 100, or one page when a page parameter is sent. Kept for 30 days.',
        querystring: PageQuery,
        response: answers({ 200: JobList }, 400),
      },
    },
    async request => {
      const query = request.query as RawQuery;
      const asked = parsePage(query, maxLimit);
      const { rows, ...extent } = await listJobs(request.ctx, asked);
      const data = rows.map(toJob);
      // The contract shows no more (reference: ambiguities.md, A27).
      if (!isPageRequested(query)) return { data };
      return pageDocument(data, { baseUrl: services.baseUrl(), path: '/v2/jobs', query, page: asked }, extent);
    },
  );

  app.get(
    '/v2/jobs/:jobId',
    { schema: { tags, summary: 'Get a job', params, response: answers({ 200: document(Job) }, 404) } },
    async request => ({ data: toJob(await getJob(request.ctx, request.params.jobId.toLowerCase())) }),
  );

  app.get(
    '/v2/jobs/:jobId/file',
    {
      schema: {
        tags,
        summary: 'Get the link to the file of a job',
        params,
        response: answers({ 200: document(JobFile) }, 404),
      },
    },
    async request => {
      const href = hrefOf(await getJob(request.ctx, request.params.jobId.toLowerCase()));
      if (href === '') throw jobErrors.noFile();
      return { data: { href } };
    },
  );

  app.get(
    '/files/:storeId/:file',
    {
      schema: {
        tags,
        summary: 'Download the file of a job',
        description: 'The link that a job gives: signed, so that it needs no token, and valid for one week.',
        params: Type.Object({ storeId: pathId('store'), file: Type.String({ description: 'Id of the job, .csv' }) }),
        querystring: Type.Object({ expires: Type.String(), signature: Type.String() }),
        response: answers({ 200: Type.Unsafe<Readable>({ type: 'string', description: 'CSV in UTF-8' }) }, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId, file } = request.params;
      const jobId = file.replace(/\.csv$/, '');
      const { expires = '', signature = '' } = request.query as RawQuery;
      const isValid =
        isUuid(storeId) && isUuid(jobId) && isValidLink(masterKey, { storeId, jobId, expires, signature });
      if (!isValid) throw jobErrors.invalidLink();
      const { name, parts } = await openFile(services.database.forStore(storeId), jobId);
      return reply
        .headers({
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'private, no-store',
        })
        .send(Readable.from(parts));
    },
  );
}
