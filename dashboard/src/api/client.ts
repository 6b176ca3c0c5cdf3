import type { ErrorEntry } from '../../../server/src/contract.ts';
import { texts } from '../texts.ts';

/** An answer that is an error, as the API tells it. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly entries: readonly ErrorEntry[];

  constructor(status: number, entries: readonly ErrorEntry[]) {
    super(entries[0]?.detail ?? texts.errors.unexpected);
    this.name = 'ApiFailure';
    this.status = status;
    this.entries = entries;
  }
}

const storeKey = 'clientele-store';
let currentStore: string | null = null;

/** The store that requests are about; the same again when the page is opened the next time. */
export const selectedStore = {
  get: () => currentStore ?? localStorage.getItem(storeKey),
  set: (id: string) => {
    currentStore = id;
    localStorage.setItem(storeKey, id);
  },
};

/** Hears that the session has ended. */
export const sessionEnded = new EventTarget();

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Sent {
  readonly data?: unknown;
  /** The state that the change is made of: in another one the API refuses it with 412. */
  readonly tag?: string;
}

async function send(method: Method, path: string, { data, tag }: Sent = {}): Promise<unknown> {
  const store = selectedStore.get();
  const response = await fetch(path, {
    method,
    headers: {
      'x-requested-with': 'clientele-dashboard',
      ...(store !== null && { 'x-moltin-auth-store': store }),
      ...(data !== undefined && { 'content-type': 'application/json' }),
      ...(tag !== undefined && { 'if-match': tag }),
    },
    ...(data !== undefined && { body: JSON.stringify({ data }) }),
  }).catch(() => {
    throw new ApiFailure(0, [{ status: 0, title: 'Network', detail: texts.errors.offline }]);
  });
  if (response.status === 204) return undefined;
  const body = await response.json().catch(() => ({}));
  if (response.ok) return response.headers.has('etag') ? { ...body, tag: response.headers.get('etag') } : body;
  if (response.status === 401 && path !== '/staff/sessions') {
    sessionEnded.dispatchEvent(new Event('end'));
    throw new ApiFailure(401, [{ status: 401, title: 'Unauthorized', detail: texts.errors.signedOut }]);
  }
  throw new ApiFailure(response.status, withDelay(body.errors ?? [], Number(response.headers.get('retry-after'))));
}

/** Errors that say when to try again, where that is not at once. */
const withDelay = (entries: readonly ErrorEntry[], seconds: number): readonly ErrorEntry[] =>
  seconds < 5
    ? entries
    : entries.map(entry => ({
        ...entry,
        detail: `${entry.detail?.replace(/\.$/, '')}. ${texts.errors.retryIn(seconds)}`,
      }));

/** A resource, and the tag of the state in which it was read. */
export interface Tagged<T> {
  readonly data: T;
  readonly tag: string;
}

/** The API, with the session's cookie. Answers are typed by who asks: the server's tests hold them to its schemas. */
export const api = {
  get: <T>(path: string) => send('GET', path) as Promise<T>,
  getTagged: <T>(path: string) => send('GET', path) as Promise<Tagged<T>>,
  post: <T>(path: string, data?: unknown) => send('POST', path, { data }) as Promise<{ data: T }>,
  postTagged: <T>(path: string, data: unknown) => send('POST', path, { data }) as Promise<Tagged<T>>,
  put: <T>(path: string, data: unknown) => send('PUT', path, { data }) as Promise<{ data: T }>,
  /** Changes the state with this tag, and no other. */
  putTagged: <T>(path: string, data: unknown, tag: string) => send('PUT', path, { data, tag }) as Promise<Tagged<T>>,
  delete: (path: string, sent?: Sent) => send('DELETE', path, sent) as Promise<undefined>,
};

/** Whether there is no such resource. */
export const isMissing = (error: unknown) => error instanceof ApiFailure && error.status === 404;

/** Whether a change was refused because somebody else's came first. */
export const isOutdated = (error: unknown) => error instanceof ApiFailure && error.status === 412;

/** A page of a listing. */
export interface PageOf<T> {
  readonly data: readonly T[];
  readonly meta: {
    readonly page: {
      readonly limit: number;
      readonly offset: number;
      readonly current: number;
      readonly total: number;
    };
    readonly results: { readonly total: number; readonly more?: boolean };
  };
}

/** How many rows a page of a list may have. */
export const pageSizes = [25, 50, 100];

/** What a list shows: it lives in the URL. */
export interface ListState {
  /** As the API takes it; empty: its own order. */
  readonly sort: string;
  readonly page: number;
  readonly size: number;
}

/** The query of a page of a listing, with whatever else it asks for. */
export const pageQuery = ({ sort, page, size }: ListState, others: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams({
    'page[limit]': String(size),
    'page[offset]': String((page - 1) * size),
    ...others,
    ...(sort !== '' && { sort }),
  });

/** A text as the value of a filter, where quotes and stars mean themselves. */
export const quoted = (text: string) => `"${text.replace(/["\\*]/g, '\\$&')}"`;

/** A filter for what holds a text somewhere. */
export const holding = (attribute: string, text: string) => `like(${attribute},"*${quoted(text).slice(1, -1)}*")`;
