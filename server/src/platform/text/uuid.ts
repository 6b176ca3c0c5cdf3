import { v7 } from 'uuid';

const pattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case, whatever its version. */
export function isUuid(text: string): boolean {
  return pattern.test(text);
}

const least = '00000000-0000-0000-0000-000000000000';

/** What can stand at a place of a UUID, in the order of texts. */
const charactersAt = (index: number) => (least[index] === '-' ? '-' : '0123456789abcdef');

/** The least UUID that does not sort before a text, as texts sort; undefined when every UUID does. */
export function leastUuidFrom(text: string): string | undefined {
  const end = Math.min(text.length, least.length);
  let valid = 0;
  while (valid < end && charactersAt(valid).includes(text.charAt(valid))) valid += 1;
  // All of the text: a UUID, or how some begin.
  if (valid === text.length) return text + least.slice(valid);
  for (let index = Math.min(valid, least.length - 1); index >= 0; index -= 1) {
    const next = [...charactersAt(index)].find(character => character > text.charAt(index));
    if (next !== undefined) return text.slice(0, index) + next + least.slice(index + 1);
  }
  return undefined;
}

/** An id as it is stored: a UUID in small letters, any other as it is. */
export function toStoredId(text: string): string {
  const lower = text.toLowerCase();
  return isUuid(lower) ? lower : text;
}

/**
 * Makes ids: UUIDs of version 7 for the time of a request. Those of one millisecond ascend, as long as none of another time
 * is made in between, since lists give rows of the same time in the order of their ids.
 */
export function createIds(): (now: Date) => string {
  let latest = 0;
  let sequence = 0;
  return now => {
    const msecs = now.getTime();
    // Random below half of the range of 32 bits; the rest is left to count in.
    sequence = msecs === latest ? sequence + 1 : Math.floor(Math.random() * 2 ** 31);
    latest = msecs;
    return v7({ msecs, seq: sequence });
  };
}

/** A new id. */
export const newId = createIds();
