import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { exchange, type RawAnswer } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

export interface ListeningApp extends TestApp {
  readonly port: number;
  readonly url: string;
  /** Sends bytes on a connection of their own and gives the answer, which must be a refusal as the contract has it. */
  refusal(bytes: string | Uint8Array): Promise<RawAnswer & { readonly entries: readonly ErrorEntry[] }>;
}

interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly source?: string;
}

/** The app behind a real socket. */
export async function startListeningApp(env: Readonly<Record<string, string>> = {}): Promise<ListeningApp> {
  const app = await startTestApp(env);
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.app.server.address() as AddressInfo;
  return {
    ...app,
    port,
    url: `http://127.0.0.1:${port}`,
    refusal: async bytes => {
      const answer = await exchange(port, bytes);
      return { ...answer, entries: expectErrorDocument(answer) };
    },
  };
}

const text = expect.stringMatching(/^[^\n]{1,500}$/);

/** Words of the inside: none may stand in an answer. */
const internals =
  /node_modules|\.ts\b|\bat \w+ \(|ECONN|FST_|HPE_|postgres|relation "|column "|syntax error|undefined/i;

/** Asserts that an answer is a refusal with the one document and the headers of the contract; gives its entries. */
export function expectErrorDocument({ status, headers, body }: RawAnswer): readonly ErrorEntry[] {
  expect(status, body).toBeGreaterThanOrEqual(400);
  expect(status, body).toBeLessThan(500);
  const { errors, ...rest } = JSON.parse(body);
  expect(rest).toEqual({});
  expect(errors.length).toBeGreaterThan(0);
  for (const { source, meta: _, ...entry } of errors) {
    expect(entry).toEqual({ status: expect.any(Number), title: text, detail: text });
    if (source !== undefined) expect(source).toEqual(text);
  }
  expect(errors[0].status).toBe(status);
  expect(body).not.toMatch(internals);
  expectCommonHeaders(headers);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  return errors;
}

/** Asserts what every answer carries, and what none does (design.md §10.14). */
export function expectCommonHeaders(headers: RawAnswer['headers']): void {
  expect(headers).toMatchObject({
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
}
