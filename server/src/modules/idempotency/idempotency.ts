import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { inDeferredTransaction, type Outcome } from '../../platform/db/deferred-transaction.ts';
import { ApiError, apiError, retryLater } from '../../platform/errors.ts';
import { errorDocument } from '../../platform/http/error-document.ts';
import type { Context } from '../access/context.ts';
import { requireSignedIn } from '../customers/customers.service.ts';
import { claimKey, deleteOldAnswers, insertAnswer, selectAnswer } from './idempotency.store.ts';

/** The header by which a client marks repetitions of one request. */
export const idempotencyHeader = 'idempotency-key';

/** Whether a route is one whose requests may carry a key (docs/decisions/0031-idempotency-keys.md). */
export const takesKey = (method: string, url: string): boolean => method === 'POST' && url.startsWith('/v2/');

/** Says that an answer was given before. */
const replayedHeader = 'idempotent-replayed';
/** The longest key, in characters. */
const maxKeyLength = 255;
const validKey = new RegExp(`^[\\x20-\\x7e]{1,${maxKeyLength}}$`);
/** The header, for documentation. */
export const IdempotencyKey = Type.Object({
  [idempotencyHeader]: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: maxKeyLength,
      description:
        'Any text of the client: what is sent again with it, within 24 hours and with the same body, gets the first answer and `Idempotent-Replayed: true`. 409 while the first request still runs, 422 for another body',
    }),
  ),
});

/** An answer is kept this long. */
const keptMs = 24 * 3_600_000;

const errors = {
  invalidKey: apiError(
    400,
    'Bad Request',
    `The Idempotency-Key must be 1 to ${maxKeyLength} printable ASCII characters`,
    'Idempotency-Key',
  ),
  otherRequest: apiError(
    422,
    'Idempotency Key Reused',
    'The Idempotency-Key was used for another request',
    'Idempotency-Key',
  ),
  inProgress: () =>
    new ApiError(
      [{ status: 409, title: 'Conflict', detail: 'The first request with this Idempotency-Key is still running' }],
      { 'retry-after': '1' },
    ),
};

/** What is sent again. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Keyed {
  readonly keyDigest: Buffer;
  readonly requestDigest: Buffer;
}

/** Refusals that are about who asks and when, not about what is asked for. */
const passing: ReadonlySet<number> = new Set([401, 403, 429]);

/** The answer to keep for an error. Throws those that say "not now" or "not you": the same request may succeed later. */
function answerOfError(error: unknown, requestId: string): Answer {
  const isKept = error instanceof ApiError && error.status < 500 && !passing.has(error.status);
  if (!isKept) throw error;
  return { status: error.status, body: errorDocument(error, requestId) };
}

/**
 * Makes every POST under `/v2` that is declared after it repeatable by `Idempotency-Key`: the answer is stored in the very
 * transaction that does the work, so that both happen or neither, and sent again for 24 hours to the same credentials
 * (docs/decisions/0031-idempotency-keys.md).
 */
export function acceptIdempotencyKeys(app: FastifyInstance, masterKey: MasterKey): void {
  app.addHook('onRoute', route => {
    if (typeof route.method !== 'string' || !takesKey(route.method, route.url)) return;
    const handler = route.handler;
    route.handler = function (request, reply) {
      return request.headers[idempotencyHeader] === undefined
        ? handler.call(this, request, reply)
        : answerOnce(request, reply, async () => handler.call(this, request, reply));
    };
  });

  async function answerOnce(request: FastifyRequest, reply: FastifyReply, handle: () => Promise<unknown>) {
    const keyed = digestsOf(request);
    const { ctx } = request;
    const known = await findAnswer(ctx.db, keyed, ctx.now);
    if (known !== undefined) {
      // A token that has ended gets nothing, not even what it got before.
      if (ctx.shopper !== undefined) await requireSignedIn(ctx);
      return reply
        .code(known.status)
        .headers({ [replayedHeader]: 'true', 'cache-control': 'no-store' })
        .send(known.body);
    }
    const answer = await inDeferredTransaction(ctx.db, stepsOf(request, reply, keyed, handle));
    return reply.code(answer.status).send(answer.body);
  }

  function stepsOf(request: FastifyRequest, reply: FastifyReply, keyed: Keyed, handle: () => Promise<unknown>) {
    const { ctx } = request;
    return {
      first: async (tx: StoreTx) => {
        const claim = await tx.first(claimKey, { keyDigest: keyed.keyDigest });
        // The first request may have finished between the look-up and the claim.
        if (claim?.is_claimed !== true || (await findAnswer(tx, keyed, ctx.now))) throw errors.inProgress();
      },
      work: async (db: StoreDb): Promise<Answer> => {
        (request as { ctx: Context }).ctx = { ...ctx, db };
        return captureAnswer(reply, handle);
      },
      last: async (tx: StoreTx, outcome: Outcome<Answer>) => {
        const answer = 'error' in outcome ? answerOfError(outcome.error, request.id) : outcome.value;
        const sealedAnswer = masterKey.seal(Buffer.from(JSON.stringify(answer)));
        await tx.all(insertAnswer, { ...keyed, sealedAnswer, now: ctx.now });
      },
    };
  }

  async function findAnswer(db: StoreDb, keyed: Keyed, now: Date): Promise<Answer | undefined> {
    const since = new Date(now.getTime() - keptMs);
    const stored = await db.first(selectAnswer, { keyDigest: keyed.keyDigest, since });
    if (stored === undefined) return undefined;
    if (!stored.request_digest.equals(keyed.requestDigest)) throw errors.otherRequest();
    const opened = masterKey.open(stored.sealed_answer);
    if (opened === undefined) throw retryLater(503, 'Service Unavailable', 'The first answer cannot be read', 60);
    return JSON.parse(opened.toString()) as Answer;
  }

  function digestsOf(request: FastifyRequest): Keyed {
    const key = request.headers[idempotencyHeader];
    if (typeof key !== 'string' || !validKey.test(key)) throw errors.invalidKey();
    const { ctx } = request;
    const credentials = `${ctx.actor.id}\n${ctx.role}\n${ctx.shopper?.customerId ?? ''}`;
    const content = JSON.stringify([request.method, request.url, request.body ?? null]);
    return {
      keyDigest: masterKey.digest(`idempotency\n${credentials}\n${key}`, 32),
      requestDigest: createHash('sha256').update(content).digest(),
    };
  }
}

/** Runs a handler and keeps what it would send. */
async function captureAnswer(reply: FastifyReply, handle: () => Promise<unknown>): Promise<Answer> {
  const { send } = reply;
  let sent: { readonly body: unknown } | undefined;
  // Not the reply: whoever awaits that waits until the answer has gone out.
  reply.send = body => {
    sent = { body };
    return undefined as unknown as FastifyReply;
  };
  try {
    const returned = await handle();
    return { status: reply.statusCode, body: sent === undefined ? returned : sent.body };
  } finally {
    reply.send = send;
  }
}

/** Forgets answers that are older than 24 hours: at most `limit` of one store. Answers how many. */
export async function forgetOldAnswers(db: StoreDb, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - keptMs);
  return (await db.first(deleteOldAnswers, { before, limit }))?.deleted ?? 0;
}
