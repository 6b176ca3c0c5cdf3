import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectErrorDocument, type ListeningApp, startListeningApp } from './support/listening.ts';
import { exchange, openConnection } from './support/raw-http.ts';

let app: ListeningApp;
/** The headers of a request that is in order. */
let head: string;

beforeAll(async () => {
  app = await startListeningApp();
  head = `host: localhost\r\nauthorization: ${app.admin.headers.authorization}\r\n`;
});
afterAll(() => app.close());

async function expectAlive(): Promise<void> {
  const answer = await fetch(`${app.url}/v2/customers`, { headers: app.admin.headers });
  expect(answer.status).toBe(200);
}

const tooLarge = 'a'.repeat(20_000);

describe('bytes that are no request get an error document', () => {
  test.each<[string, string | Uint8Array]>([
    ['text', 'hello\r\n\r\n'],
    ['zeros', new Uint8Array(64)],
    ['random bytes', Uint8Array.from({ length: 256 }, (_, index) => (index * 167) % 256)],
    ['a TLS handshake', Buffer.from('16030100a5010000a10303000102030405060708', 'hex')],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that is none', 'GET / HTTP/3.0\r\nhost: x\r\n\r\n'],
    ['a method that is none', 'BREW /v2/customers HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a method in lower case', 'get /v2/customers HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['no host', 'GET /v2/customers HTTP/1.1\r\n\r\n'],
    ['lines that end with CR alone', 'GET /v2/customers HTTP/1.1\rhost: x\r\r'],
    ['lines that end with LF alone', 'GET /v2/customers HTTP/1.1\nhost: x\n\n'],
    ['a space in a header name', 'GET / HTTP/1.1\r\nhost : x\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nhost: x\r\nx-a: b\r\n c\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nhost: x\r\nx-a: \0\r\n\r\n'],
    ['two lengths', 'POST /v2/customers HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcde'],
    ['a negative length', 'POST /v2/customers HTTP/1.1\r\nhost: x\r\ncontent-length: -4\r\n\r\n'],
    ['a length beyond all numbers', `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${'9'.repeat(40)}\r\n\r\n`],
    [
      'a length and chunks, as smugglers send',
      'POST /v2/customers HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /',
    ],
    [
      'an encoding after chunked, as smugglers send',
      'POST /v2/customers HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    ],
    [
      'an encoding with a hidden character, as smugglers send',
      'POST /v2/customers HTTP/1.1\r\nhost: x\r\ntransfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n',
    ],
  ])('%s: 400', async (_name, bytes) => {
    expect((await app.refusal(bytes)).entries).toEqual([
      { status: 400, title: 'Bad Request', detail: 'The request could not be understood' },
    ]);
  });

  test.each<[string, string]>([
    ['a path without a slash', 'v2/customers'],
    ['broken percent-encoding in the path', '/v2/customers/%zz'],
    ['invalid UTF-8 in the path', '/v2/customers/%ff%fe'],
    ['a byte above ASCII in the path', '/v2/customers/\xff'],
    ['letters of UTF-8 in a filter, unencoded', '/v2/customers?filter=like(name,*\xc3\xbcn*)'],
  ])('%s: 400, and what to do about it', async (_name, url) => {
    expect((await app.refusal(`GET ${url} HTTP/1.1\r\nhost: x\r\n\r\n`)).entries).toEqual([
      {
        status: 400,
        title: 'Bad Request',
        detail: 'The URL is not valid; what is not ASCII must be percent-encoded',
      },
    ]);
  });

  test.each<[string, number, string]>([
    ['a header of 20 kB', 431, `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${tooLarge}\r\n\r\n`],
    ['1,500 headers', 431, `GET / HTTP/1.1\r\nhost: x\r\n${'x-header: 1\r\n'.repeat(1500)}\r\n`],
    ['a URL of 20 kB', 431, `GET /${tooLarge} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['a URL of 10 kB', 404, `GET /v2/customers/${'a'.repeat(10_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['an unknown path', 404, 'GET /v2/unknown HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['the path *', 404, 'GET * HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['HTTP/0.9', 404, 'GET /nothing\r\n\r\n'],
    ['an expectation that nobody knows', 417, 'GET / HTTP/1.1\r\nhost: x\r\nexpect: a-miracle\r\n\r\n'],
    ['a path out of the served files', 404, 'GET /docs/static/..%2f..%2fpackage.json HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s: %i', async (_name, status, bytes) => {
    expect((await app.refusal(bytes)).status).toBe(status);
  });

  test('a broken chunk in the body of a good request: 400', async () => {
    const bytes = `POST /v2/customers HTTP/1.1\r\n${head}transfer-encoding: chunked\r\n\r\nzz\r\n`;
    expect((await app.refusal(bytes)).status).toBe(400);
  });
});

describe('a method that a path does not have gets 405 and the ones it has', () => {
  test.each([
    ['PATCH /v2/customers', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE /v2/customers', 'GET, HEAD, POST, OPTIONS'],
    ['TRACE /v2/customers', 'GET, HEAD, POST, OPTIONS'],
    ['QUERY /v2/customers', 'GET, HEAD, POST, OPTIONS'],
    ['PROPFIND //v2//customers/', 'GET, HEAD, POST, OPTIONS'],
    ['POST /v2/customers/00000000-0000-4000-8000-000000000000', 'DELETE, GET, HEAD, PUT, OPTIONS'],
    ['GET /oauth/access_token', 'POST, OPTIONS'],
    ['GET /v2/customers/tokens', 'POST, OPTIONS'],
    ['DELETE /v2/customers/tokens/', 'POST, OPTIONS'],
    ['PUT /v2/customers/tokens?page[limit]=1', 'POST, OPTIONS'],
    ['POST /health/live', 'GET, HEAD, OPTIONS'],
    ['CONNECT example.com:443', 'GET, HEAD, POST, PUT, DELETE, OPTIONS'],
  ])('%s', async (start, allow) => {
    const { status, headers } = await app.refusal(`${start} HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow });
  });

  test('an unknown path is 404 for every method, and no body is read for it', async () => {
    for (const method of ['PATCH', 'TRACE', 'QUERY', 'POST', 'DELETE']) {
      const bytes = `${method} /v2/unknown HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n{`;
      expect((await app.refusal(bytes)).status).toBe(404);
    }
  });
});

describe('a body above 1 MiB gets 413', () => {
  const tenMegabytes = Buffer.alloc(10_000_000, ' ');
  const expected = [{ status: 413, title: 'Payload Too Large', detail: 'The request body is too large' }];

  async function send(body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) {
    const answer = await fetch(`${app.url}/v2/customers`, {
      method: 'POST',
      headers: { ...app.admin.headers, 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    } as RequestInit);
    return expectErrorDocument({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  }

  test('with its length declared', async () => {
    expect(await send(tenMegabytes)).toEqual(expected);
  });

  test('in chunks, without a length', async () => {
    const chunks = new ReadableStream({
      start: controller => {
        for (let start = 0; start < tenMegabytes.length; start += 100_000) {
          controller.enqueue(tenMegabytes.subarray(start, start + 100_000));
        }
        controller.close();
      },
    });
    expect(await send(chunks)).toEqual(expected);
  });

  test('before it is sent, when the client asks with Expect: 100-continue', async () => {
    using connection = await openConnection(app.port);
    connection.send(`POST /v2/customers HTTP/1.1\r\n${head}content-length: 10000000\r\nexpect: 100-continue\r\n\r\n`);
    const answer = await connection.answer(1000);
    expect(answer && expectErrorDocument(answer)).toEqual(expected);
    // What would come next on the connection is not known to be a body or a request.
    expect(answer?.headers.connection).toBe('close');
    await connection.closed;
  });

  test('but one that is asked for and small is let through', async () => {
    using connection = await openConnection(app.port);
    const body = JSON.stringify({ data: { type: 'customer', name: 'Ada', email: 'expected@example.com' } });
    connection.send(
      `POST /v2/customers HTTP/1.1\r\n${head}content-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
    );
    expect((await connection.answer(1000))?.status).toBe(100);
    connection.send(body);
    expect((await connection.answer(1000))?.status).toBe(201);
  });

  test('also when what is asked for does not exist or is not permitted: 404, 401', async () => {
    for (const [start, status] of [
      ['POST /v2/unknown', 404],
      ['POST /v2/customers', 401],
    ] as const) {
      using connection = await openConnection(app.port);
      connection.send(`${start} HTTP/1.1\r\nhost: x\r\ncontent-length: ${tenMegabytes.length}\r\n\r\n`);
      connection.send(tenMegabytes);
      expect((await connection.answer(1000))?.status).toBe(status);
    }
  });
});

describe('the server outlives', () => {
  test('a client that asks for a tunnel and resets the connection', async () => {
    for (const start of ['CONNECT example.com:443', 'GET /v2/customers', 'BREW /']) {
      const connection = await openConnection(app.port);
      connection.send(`${start} HTTP/1.1\r\nhost: x\r\n\r\n`);
      connection.socket.resetAndDestroy();
      await connection.closed;
    }
    await expectAlive();
  });

  test('a client that leaves in the middle of a request', async () => {
    const starts = ['G', 'GET /v2/cust', `POST /v2/customers HTTP/1.1\r\n${head}content-length: 100\r\n\r\n{"data":`];
    for (const start of starts) {
      const connection = await openConnection(app.port);
      connection.send(start);
      await delay(20);
      connection.socket.destroy();
    }
    await expectAlive();
  });

  test('a client that closes its side in the middle of a request, which is told so', async () => {
    for (const start of ['GET /v2/cust', `POST /v2/customers HTTP/1.1\r\n${head}content-length: 100\r\n\r\n{"data":`]) {
      using connection = await openConnection(app.port);
      connection.send(start);
      connection.end();
      const answer = await connection.answer(1000);
      if (answer !== undefined) expectErrorDocument(answer);
      await connection.closed;
    }
    await expectAlive();
  });

  test('garbage behind a good request, which is answered first', async () => {
    using connection = await openConnection(app.port);
    connection.send(`GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect((await connection.answer(1000))?.status).toBe(200);
    connection.send('garbage\r\n\r\n');
    const answer = await connection.answer(1000);
    expect(answer && expectErrorDocument(answer)[0]?.status).toBe(400);
    await connection.closed;
  });

  test('a client that asks to speak another protocol, which goes on in HTTP/1.1', async () => {
    for (const protocol of ['websocket', 'h2c']) {
      const upgrade = `connection: upgrade\r\nupgrade: ${protocol}\r\n`;
      const answer = await exchange(app.port, `GET /v2/customers HTTP/1.1\r\n${head}${upgrade}\r\n`);
      expect(answer.status).toBe(200);
    }
  });
});

test('many requests at once on one connection are answered in their order', async () => {
  using connection = await openConnection(app.port);
  const requests = ['/health/live', '/v2/unknown', '/health/ready', '/v2/customers'];
  connection.send(requests.map(path => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
  const statuses = [];
  for (const _ of requests) statuses.push((await connection.answer(1000))?.status);
  expect(statuses).toEqual([200, 404, 200, 401]);
});

test('HEAD is answered like GET, without a body', async () => {
  const get = await exchange(app.port, `GET /v2/customers HTTP/1.1\r\n${head}\r\n`);
  const headOnly = await exchange(app.port, `HEAD /v2/customers HTTP/1.1\r\n${head}\r\n`, true);
  const { date: _, 'x-request-id': __, ...headers } = get.headers;
  expect(headOnly).toMatchObject({ status: 200, headers });
});
