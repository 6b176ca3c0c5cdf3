import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { type ExpectedTags, tagOf } from '../db/row-tags.ts';
import { document } from './schemas.ts';

/** A document with one resource, whose state the header `ETag` names. */
export const taggedDocument = <T extends TSchema>(resource: T) =>
  document(resource, {
    headers: {
      ETag: { type: 'string', description: 'Names this state of the resource, for `If-Match`' },
    },
  });

/** The header by which a change is made only of the state that was read (RFC 9110, 13.1.1). */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'The `ETag` of the state to change: when the resource has another by now, the answer is 412',
    }),
  ),
});

/**
 * The tags of `If-Match`; null without the header, and for `*`. A tag that a compressing proxy has marked as weak counts,
 * since it names a state and not bytes.
 */
export function expectedTags(request: FastifyRequest): ExpectedTags {
  const header = request.headers['if-match'];
  return header === undefined || header.trim() === '*' ? null : (header.match(/(?<=")\d+-\d+(?=")/g) ?? []);
}

/** Sends the tag of a row along with what shows it. */
export function sendTag(reply: FastifyReply, row: Parameters<typeof tagOf>[0]): void {
  reply.header('etag', `"${tagOf(row)}"`);
}
