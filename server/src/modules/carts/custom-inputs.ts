import { keywordError } from '../../platform/errors.ts';
import { isStorable } from '../../platform/text/storable.ts';
import type { CustomInputs } from './cart-lines.ts';
import { cartLimits } from './carts.limits.ts';

/** Every text in a value of JSON, names of members included. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (!Array.isArray(value)) yield name;
    yield* textsOf(member);
  }
}

/** The `custom_inputs` of a line. Throws 400 when they cannot be kept (reference: carts-and-checkout.md, "cart_item input"). */
export function readCustomInputs(inputs: Record<string, unknown> | null | undefined): CustomInputs | null {
  if (inputs === undefined || inputs === null) return null;
  for (const [name, member] of Object.entries(inputs)) {
    const source = `data.custom_inputs.${name}`;
    for (const text of [name, ...textsOf(member)]) {
      if ([...text].length > cartLimits.customInputLength) {
        const detail = `${name} may not be greater than ${cartLimits.customInputLength} characters`;
        throw keywordError('max', source, detail);
      }
      if (!isStorable(text)) throw keywordError('format', source, `${name} contains characters that cannot be stored`);
    }
  }
  if (Buffer.byteLength(JSON.stringify(inputs)) > cartLimits.customInputsBytes) {
    const detail = `custom_inputs may not be greater than ${cartLimits.customInputsBytes} bytes`;
    throw keywordError('max', 'data.custom_inputs', detail);
  }
  return inputs;
}
