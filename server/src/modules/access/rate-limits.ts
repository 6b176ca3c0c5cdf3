import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { retryLater } from '../../platform/errors.ts';

/** Limits of traffic, per process and in memory: against floods, not against guessing (that is modules/throttle). */
export interface RateLimits {
  /** Counts a request of a key and client address. Throws 429 above CLIENTELE_RATE_LIMIT. */
  checkRequest(request: FastifyRequest): Promise<void>;
  /** Counts a sign-up with a public access token. Throws 429 above CLIENTELE_SIGNUP_LIMIT_ADDRESS. */
  checkSignUp(request: FastifyRequest): Promise<void>;
}

/** Prepares the limits that the configuration asks for. */
export async function createRateLimits(app: FastifyInstance, config: Config): Promise<RateLimits> {
  await app.register(rateLimit, { global: false });

  function limit(max: number, timeWindow: number, keyGenerator: (request: FastifyRequest) => string) {
    if (max === 0) return async () => {};
    const check = app.createRateLimit({ max, timeWindow, keyGenerator });
    return async (request: FastifyRequest) => {
      const result = await check(request);
      if (!result.isAllowed && result.isExceeded) {
        throw retryLater(429, 'Too Many Requests', 'Too many requests, please try again later', result.ttlInSeconds);
      }
    };
  }

  return {
    checkRequest: limit(config.CLIENTELE_RATE_LIMIT, 60_000, request => `${request.logFields.client} ${request.ip}`),
    checkSignUp: limit(
      config.CLIENTELE_SIGNUP_LIMIT_ADDRESS,
      15 * 60_000,
      request => `${request.logFields.store} ${request.ip}`,
    ),
  };
}
