import { isEmail } from '../../server/src/platform/text/email.ts';
import { isStorable } from '../../server/src/platform/text/storable.ts';
import { texts } from './texts.ts';

/** What the schemas of the API's forms say of a text. */
interface TextSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly TextSchema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface BodySchema {
  readonly properties: object;
  readonly required?: readonly string[];
}

/** The part of a schema that is about texts: that of a union, too. */
function textOf(schema: TextSchema): TextSchema {
  return schema.anyOf?.find(one => one.type === 'string') ?? schema;
}

/** What is wrong with a text by the API's own schema of its field; null when nothing is. Code points are counted, as the API does. */
export function textFault(body: BodySchema, field: string, label: string, value: string): string | null {
  const schema = textOf((body.properties as Record<string, TextSchema>)[field] ?? {});
  const isRequired = body.required?.includes(field) === true;
  const length = [...value].length;
  if (value.trim() === '') return isRequired ? texts.rules.required(label) : null;
  if (schema.format === 'email' && !isEmail(value)) return texts.rules.email;
  if (!isStorable(value)) return texts.rules.characters(label);
  if (schema.maxLength !== undefined && length > schema.maxLength)
    return texts.rules.maxLength(label, schema.maxLength);
  if (schema.minLength !== undefined && length < schema.minLength)
    return texts.rules.minLength(label, schema.minLength);
  return null;
}
