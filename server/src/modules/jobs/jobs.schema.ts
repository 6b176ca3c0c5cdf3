import Type from 'typebox';
import { Timestamp, text, typeOf, Uuid } from '../../platform/http/schemas.ts';

/** What can be exported. */
export const jobTypes = ['order_export', 'customer_export'] as const;
export type JobType = (typeof jobTypes)[number];

/** A job to do in the background. */
export const NewJob = Type.Object(
  {
    type: typeOf('job'),
    job_type: Type.Unsafe<JobType>(Type.String({ enum: [...jobTypes] })),
    filter: Type.Optional(
      Type.Unsafe<string | null>({
        ...text({ maxLength: 8192, examples: ['eq(payment,paid):ge(created_at,2021-03-01)'] }),
        type: ['string', 'null'],
        description:
          'Which ones: a filter as `GET /v2/orders` or `GET /v2/customers` takes it; all when left out. A search for customers ' +
          'is `like(search,ada)` there',
      }),
    ),
  },
  { title: 'NewJob' },
);

/** A job (reference: platform.md, "Jobs"). */
export const Job = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('job'),
    job_type: Type.String({ examples: ['order_export'] }),
    filter: Type.String(),
    status: Type.String({ enum: ['pending', 'processing', 'complete', 'failed'] }),
    error: Type.Optional(Type.String({ examples: ['No results matched the supplied filter'] })),
    link: Type.Object({ href: Type.String({ description: 'Where the file is, once complete; empty before' }) }),
    links: Type.Object({ self: Type.String() }),
    timestamps: Type.Object({ created_at: Timestamp, updated_at: Timestamp }),
  },
  { title: 'Job' },
);

/** Where the file of a job is. */
export const JobFile = Type.Object(
  {
    href: Type.String({
      description: 'A signed link to a CSV file, valid for one week after the export; needs no token',
    }),
  },
  { title: 'JobFile' },
);

export type NewJob = Type.Static<typeof NewJob>;
export type Job = Type.Static<typeof Job>;
