import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { texts } from '../texts.ts';
import { SearchIcon } from './icons.tsx';

interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Searches as one types; `/` leads to it. */
export function SearchBox({ label, placeholder, value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, 250);
  // On some keyboards the slash is typed with Shift.
  const focus = () => input.current?.focus();
  useHotkeys([
    ['/', focus],
    ['shift+/', focus],
  ]);
  // The address has changed by something else than typing: the browser's buttons, or a link.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const type = (next: string) => {
    setText(next);
    tell(next);
  };
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      aria-keyshortcuts="/"
      leftSection={<SearchIcon size={16} />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={texts.list.clear} onClick={() => type('')} />}
      value={text}
      maxLength={256}
      onChange={event => type(event.currentTarget.value)}
      onKeyDown={event => event.key === 'Escape' && type('')}
      w={{ base: '100%', xs: 340 }}
    />
  );
}
