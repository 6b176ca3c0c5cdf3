import type { OptionsFilter } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { foundTargetsQuery, type TargetChoice } from '../api/targets.ts';
import { texts } from '../texts.ts';

const t = texts.relationships;

// The API has found them.
const all: OptionsFilter = ({ options }) => options;

/** What is asked of the API while one types in an input, and what that input needs. `isChosen`: what is no search. */
export function useTypedSearch(isChosen: (text: string) => boolean = () => false) {
  const [text, setText] = useState('');
  const sought = isChosen(text) ? '' : text.trim();
  const [asked] = useDebouncedValue(sought, 150);
  return {
    asked,
    clear: () => setText(''),
    inputWhile: (isFetching: boolean) => ({
      filter: all,
      searchable: true,
      searchValue: text,
      onSearchChange: setText,
      nothingFoundMessage: isFetching || asked !== sought ? t.searching : t.nothingFound,
    }),
  };
}

/** What an input needs by which records of a kind are chosen by typing, beside those that are chosen. */
export function useTargetSearch(kind: string, chosen: readonly TargetChoice[]) {
  const [isOpen, setOpen] = useState(false);
  // What is chosen stands in the input.
  const { asked, clear, inputWhile } = useTypedSearch(text => chosen.some(({ label }) => label === text));
  const { data: found = [], isFetching } = useQuery({ ...foundTargetsQuery(kind, asked), enabled: isOpen });
  /** Those that are chosen or were found, by id. */
  const known = new Map([...chosen, ...found].map(choice => [choice.id, choice]));
  return {
    known,
    clear,
    input: {
      ...inputWhile(isFetching),
      placeholder: t.choose,
      data: [...known.values()].map(({ id, label }) => ({ value: id, label })),
      onDropdownOpen: () => setOpen(true),
    },
  };
}
