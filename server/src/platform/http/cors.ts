import type { FastifyReply, FastifyRequest } from 'fastify';

/** Request headers of the contract, for CORS preflights (reference: README.md, "Request headers"). */
const requestHeaders = [
  'Authorization',
  'Idempotency-Key',
  'Content-Type',
  'If-Match',
  'X-Moltin-Customer-Token',
  'X-Moltin-Currency',
  'X-Moltin-Language',
  'X-Moltin-Locale',
  'X-Moltin-Application',
  'X-Moltin-Sdk-Language',
  'X-Moltin-Sdk-Version',
  'X-Moltin-Auth-Store',
  'EP-Account-Management-Authentication-Token',
  'EP-Channel',
  'EP-Context-Tag',
  'EP-Beta-Features',
  'EP-Disable-Beta-Filtering',
];

/** CORS preflight: any path, no authentication (reference: README.md, "Base URLs and transport"). */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): void {
  const asked = request.headers['access-control-request-headers'];
  const extra = typeof asked === 'string' && /^[A-Za-z0-9_, -]{1,4096}$/.test(asked) ? [asked] : [];
  reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': [...requestHeaders, ...extra].join(', '),
      'access-control-max-age': '86400',
    })
    .send();
}
