import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { formatNumber, type NumberKind, readNumber } from '../numbers.ts';
import { numberFault } from '../validation.ts';

interface NumberFieldProps extends Omit<TextInputProps, 'value' | 'defaultValue' | 'onChange' | 'min' | 'max'> {
  readonly label: string;
  readonly kind: NumberKind;
  readonly value?: number | string;
  /** Hears the number; an empty text for none, and what is typed as it is while it is none of the kind. */
  readonly onChange: (value: number | string) => void;
}

/**
 * An input of a number, which is typed as the page writes numbers. What cannot be read so stays as it was typed, and is told
 * once the field is left; whoever takes the value takes numbers only.
 */
export function NumberField({ kind, value = '', onChange, onBlur, onKeyDown, error, ...props }: NumberFieldProps) {
  const written = (known: number | string) => (typeof known === 'number' ? formatNumber(known, kind.places) : known);
  const [known, setKnown] = useState(value);
  const [text, setText] = useState(written(value));
  const [isLeft, setLeft] = useState(false);
  if (value !== known) {
    setKnown(value);
    setText(written(value));
  }
  const settle = () => {
    setText(written(value));
    setLeft(true);
  };
  return (
    <TextInput
      // Keyboards of numbers need not have a minus sign.
      inputMode={kind.min !== undefined && kind.min >= 0 ? 'decimal' : 'text'}
      autoComplete="off"
      {...props}
      value={text}
      error={error ?? (isLeft && numberFault(props.label, value, kind))}
      onChange={event => {
        const typed = event.currentTarget.value;
        const next = readNumber(typed, kind.places);
        setText(typed);
        setKnown(next);
        setLeft(false);
        onChange(next);
      }}
      onBlur={event => {
        settle();
        onBlur?.(event);
      }}
      onKeyDown={event => {
        if (event.key === 'Enter') settle();
        onKeyDown?.(event);
      }}
    />
  );
}
