import type { OptionsFilter } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { foundTargetsQuery, type TargetChoice } from '../api/targets.ts';
import { texts } from '../texts.ts';

const t = texts.relationships;

// The API has found them.
const all: OptionsFilter = ({ options }) => options;

/** What an input needs by which records of a kind are chosen by typing, beside those that are chosen. */
export function useTargetSearch(kind: string, chosen: readonly TargetChoice[]) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  // What is chosen stands in the input, and is no search.
  const sought = chosen.some(({ label }) => label === text) ? '' : text.trim();
  const [asked] = useDebouncedValue(sought, 150);
  const { data: found = [], isFetching } = useQuery({ ...foundTargetsQuery(kind, asked), enabled: isOpen });
  /** Those that are chosen or were found, by id. */
  const known = new Map([...chosen, ...found].map(choice => [choice.id, choice]));
  return {
    known,
    clear: () => setText(''),
    input: {
      placeholder: t.choose,
      data: [...known.values()].map(({ id, label }) => ({ value: id, label })),
      filter: all,
      searchable: true,
      searchValue: text,
      onSearchChange: setText,
      onDropdownOpen: () => setOpen(true),
      nothingFoundMessage: isFetching || asked !== sought ? t.searching : t.nothingFound,
    },
  };
}
