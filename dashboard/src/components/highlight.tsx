import { Mark } from '@mantine/core';
import { foldForSearch } from '../../../server/src/platform/text/fold-for-search.ts';

/** A part of a text, by its first code unit and the one after its last. */
type Part = readonly [from: number, to: number];

/** What a search takes out of words without separating them. */
const vanishing = /[\p{Mn}\p{Cf}'’‘ʼ`´]/u;

/** A text as a search sees it, and where each of its characters comes from. */
function foldWithPlaces(text: string) {
  let folded = '';
  const places: Part[] = [];
  let at = 0;
  for (const character of text) {
    const place: Part = [at, at + character.length];
    at += character.length;
    const form = foldForSearch(character) || (vanishing.test(character) ? '' : ' ');
    for (const each of form) {
      folded += each;
      places.push(place);
    }
  }
  return { folded, places };
}

/** Where the words of a search are in a text, as the server finds them: one or two letters only where a word begins. */
export function findMatches(text: string, search: string): readonly Part[] {
  const { folded, places } = foldWithPlaces(text);
  const parts: Part[] = [];
  for (const word of new Set(foldForSearch(search).split(' '))) {
    if (word === '') continue;
    for (let from = folded.indexOf(word); from !== -1; from = folded.indexOf(word, from + 1)) {
      const isBegun = from === 0 || folded[from - 1] === ' ';
      const [first, last] = [places[from], places[from + word.length - 1]];
      if (first && last && (word.length > 2 || isBegun)) parts.push([first[0], last[1]]);
    }
  }
  return merge(parts.toSorted(([one], [other]) => one - other));
}

function merge(parts: readonly Part[]): readonly Part[] {
  const merged: Part[] = [];
  for (const [from, to] of parts) {
    const last = merged.at(-1);
    if (last === undefined || last[1] < from) merged.push([from, to]);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return merged;
}

/** A text with what a search has found in it marked. */
export function Highlight({ text, search }: { readonly text: string; readonly search: string }) {
  if (search === '') return text;
  const parts = findMatches(text, search);
  return (
    <>
      {parts.map(([from, to], index) => (
        <span key={from}>
          {text.slice(parts[index - 1]?.[1] ?? 0, from)}
          <Mark>{text.slice(from, to)}</Mark>
        </span>
      ))}
      {text.slice(parts.at(-1)?.[1] ?? 0)}
    </>
  );
}
