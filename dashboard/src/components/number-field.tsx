import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';

/**
 * An input of a number, whose value is a number as soon as the text is one: the library's own gives `5.` and `5.50` as texts,
 * since the number would not show the same.
 */
export function NumberField({ value, defaultValue, onChange, ...props }: NumberInputProps) {
  const [known, setKnown] = useState(value ?? defaultValue ?? '');
  const [text, setText] = useState(known);
  // What is typed stays as it is, as long as it is that number.
  const numberOf = (typed: string | number) => (typed === '' || Number.isNaN(Number(typed)) ? typed : Number(typed));
  if (value !== undefined && value !== known) {
    setKnown(value);
    if (numberOf(text) !== value) setText(value);
  }
  return (
    <NumberInput
      {...props}
      value={text}
      onChange={typed => {
        setText(typed);
        const next = numberOf(typed);
        setKnown(next);
        onChange?.(next);
      }}
    />
  );
}
