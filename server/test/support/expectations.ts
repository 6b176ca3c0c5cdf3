import { expect } from 'vitest';

/** What answers look like in the tests of every module. */
export const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** An id that nothing has. */
export const unknownId = '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01';

/** Status and document of an answer that is one error. */
export const refusal = (status: number, title: string, detail: string, source?: string) => ({
  status,
  body: { errors: [{ status, title, detail, ...(source && { source }) }] },
});

/** The link to the next page, which goes on after the last record of this one: `url` with a cursor before its `page[limit]`. */
export function nextLink(url: string): string {
  const escaped = url.replace(/[^\w:/]/g, '\\$&');
  return expect.stringMatching(new RegExp(`^${escaped.replace('page', 'page\\[cursor\\]=[\\w-]+&page')}$`));
}
