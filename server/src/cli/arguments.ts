import { InvalidArgumentError, Option } from 'commander';

/** Reads an integer of a range. */
export function integer(min: number, max: number) {
  return (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max) {
      throw new InvalidArgumentError(`Allowed is an integer from ${min} to ${max}.`);
    }
    return Number(text);
  };
}

/** Reads the name of a store or a key. */
export function nameText(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 255) throw new InvalidArgumentError('Allowed are 1 to 255 characters.');
  return name;
}

/** An option that is on or off. */
export const onOff = (flag: string, description: string): Option =>
  new Option(`${flag} <on|off>`, description).choices(['on', 'off']);
