import { connect, type Socket } from 'node:net';

/** A request of the load. A body that is a function is made anew for every request. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | (() => string);
}

/** What makes the bytes of a request; only a body that changes is encoded each time. */
export function encode({ method, path, headers, body }: LoadRequest, url: string): () => Buffer {
  const fields = Object.entries({ host: new URL(url).host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `${method} ${path} HTTP/1.1\r\n${fields.join('')}`;
  const withBody = (text: string) => Buffer.from(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  if (typeof body === 'function') return () => withBody(body());
  const bytes = body === undefined ? Buffer.from(`${head}\r\n`) : withBody(body);
  return () => bytes;
}

const closed = 'the connection was closed';

/**
 * A kept connection for one request at a time. The load shares the cores with what it measures, so it must cost next to
 * nothing: a request's bytes are written as they are, and of an answer only status and length are read. HTTP clients take a
 * third to two thirds of a millisecond of CPU a request while hashes have the caches.
 */
export class Connection {
  readonly #url: string;
  readonly #socket: Socket;
  #answer: PromiseWithResolvers<number> | undefined;
  #sentAt = 0;
  #head = '';
  /** Bytes of the body still to come; undefined while the head does. */
  #missing: number | undefined;

  constructor(url: string) {
    this.#url = url;
    const { hostname, port } = new URL(url);
    const callback = (size: number, bytes: Uint8Array) => this.#read(bytes.subarray(0, size));
    const onread = { buffer: Buffer.allocUnsafe(65_536), callback };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread })
      .on('error', error => this.#fail(error.message))
      .on('close', () => this.#fail(closed));
  }

  /** Resolves with the nanoseconds until the whole answer was here; rejects when its status is no 2xx, or when none comes. */
  send(bytes: Buffer): Promise<number> {
    this.#answer = Promise.withResolvers();
    this.#head = '';
    this.#missing = undefined;
    this.#sentAt = performance.now();
    if (this.#socket.destroyed) this.#fail(closed);
    else this.#socket.write(bytes);
    return this.#answer.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Uint8Array): boolean {
    let body = bytes.length;
    if (this.#missing === undefined) {
      this.#head += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return true;
      const [, status, length] = /^HTTP\/1\.1 (\d+) .*?\r\ncontent-length: (\d+)\r\n/is.exec(this.#head) ?? [];
      if (length === undefined || !status?.startsWith('2')) {
        this.#fail(this.#head);
        return true;
      }
      this.#missing = Number(length);
      body = this.#head.length - end - 4;
    }
    this.#missing -= body;
    if (this.#missing === 0) this.#answer?.resolve(Math.ceil((performance.now() - this.#sentAt) * 1e6));
    return true;
  }

  #fail(reason: string): void {
    this.#answer?.reject(new Error(`${this.#url}: ${reason}`));
  }
}
