import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which anything can be sent. */
export interface RawConnection {
  send(bytes: string | Uint8Array): void;
  /** Says that nothing more will be sent, and goes on reading. */
  end(): void;
  /** The next answer; undefined when the server closes without one. Fails after `withinMs`. `isHead`: it has no body. */
  answer(withinMs: number, isHead?: boolean): Promise<RawAnswer | undefined>;
  /** Resolves when the server has closed the connection, with the milliseconds since it was opened. */
  readonly closed: Promise<number>;
  readonly socket: Socket;
  [Symbol.dispose](): void;
}

/** Opens a connection to a server on this machine. */
export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1' });
  const openedAt = performance.now();
  let received = Buffer.alloc(0);
  let isClosed = false;
  let wake = () => {};
  socket.on('data', bytes => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  // A server that refuses may reset the connection; what it has said before counts.
  socket.on('error', () => {});
  const closed = new Promise<number>(resolve => {
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve(performance.now() - openedAt);
    });
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));

  function takeAnswer(isHead: boolean): RawAnswer | undefined {
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return undefined;
    const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const headers = Object.fromEntries(
      lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const bodyStart = headEnd + 4;
    const length = isHead || status === 204 || status < 200 ? 0 : Number(headers['content-length'] ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error(`an answer without content-length: ${received.toString('latin1')}`);
    if (received.length < bodyStart + length) return undefined;
    const body = received.subarray(bodyStart, bodyStart + length).toString();
    received = received.subarray(bodyStart + length);
    return { status, headers, body };
  }

  return {
    socket,
    closed,
    send: bytes => {
      if (!isClosed) socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    },
    end: () => {
      socket.end();
    },
    answer: async (withinMs, isHead = false) => {
      const deadline = delay(withinMs, 'late' as const, { ref: false });
      for (;;) {
        const answer = takeAnswer(isHead);
        if (answer !== undefined) return answer;
        if (isClosed) return undefined;
        const news = new Promise<'news'>(resolve => {
          wake = () => resolve('news');
        });
        if ((await Promise.race([news, deadline])) === 'late') {
          throw new Error(`no answer within ${withinMs} ms, but: ${received.toString('latin1').slice(0, 500)}`);
        }
      }
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Sends bytes on a connection of their own and gives the first answer. */
export async function exchange(port: number, bytes: string | Uint8Array, isHead = false): Promise<RawAnswer> {
  using connection = await openConnection(port);
  connection.send(bytes);
  const answer = await connection.answer(1000, isHead);
  if (answer === undefined) throw new Error('the server closed the connection without an answer');
  return answer;
}
