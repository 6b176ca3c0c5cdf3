import Type, { type TObjectOptions, type TSchema } from 'typebox';
import { type ErrorStyle, styleKeyword } from './validation-errors.ts';

/** The longest text of a field without a limit of its own, in characters (reference: addresses.md, "Object"). */
export const maxTextLength = 2048;

interface TextOptions {
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A text that may be empty. */
export const text = (options: TextOptions = {}) =>
  Type.String({ format: 'text', maxLength: maxTextLength, ...options });

/** A text that must hold more than white space, which is removed around it. */
export const mandatoryText = (options: TextOptions = {}) =>
  Type.String({ format: 'text', maxLength: maxTextLength, ...options, trim: true, pattern: '\\S' });

/** An e-mail address by the contract's syntax (reference: customers.md, "Object"). */
export const email = (options: TextOptions = {}) =>
  Type.String({ format: 'email', maxLength: 254, examples: ['ada@example.com'], ...options });

/** The `type` of a resource in a body: may be missing, must be right (reference: ambiguities.md, A1). */
export const typeOf = <T extends string>(value: T) => Type.Optional(Type.Literal(value));

export const Timestamp = Type.String({ examples: ['2021-03-04T09:15:27.482Z'] });
export const Uuid = Type.String({ examples: ['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01'] });

// A schema with a title is a component of the OpenAPI document under that name, which generated clients use: one title,
// one schema (modules/reference/openapi-document.ts).

export const Timestamps = Type.Object(
  { timestamps: Type.Object({ created_at: Timestamp, updated_at: Timestamp }) },
  { title: 'Timestamps' },
);

const link = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const PageMeta = Type.Object(
  {
    page: Type.Object({
      limit: Type.Integer({ description: 'Resources per page', examples: [100] }),
      offset: Type.Integer({ description: 'Resources skipped', examples: [0] }),
      current: Type.Integer({ description: 'Number of this page, from 1', examples: [1] }),
      total: Type.Integer({ description: 'Number of pages', examples: [1] }),
    }),
    results: Type.Object({
      total: Type.Integer({ description: 'Number of matching resources, over all pages', examples: [47] }),
      more: Type.Optional(
        Type.Literal(true, {
          description: 'Only of a search: there are more matches than `total`, which are not listed',
        }),
      ),
    }),
  },
  { title: 'PageMeta' },
);

const PageLinks = Type.Object(
  {
    current: link('This page'),
    first: link('The first page'),
    last: link('The last page; null when there is only one'),
    prev: link('The page before; null on the first'),
    next: link('The page after; null on the last'),
  },
  { title: 'PageLinks', description: 'Absolute URLs that keep filter, sort and include' },
);

/** For the schema of a resource that has fields of the store beside its own members. */
export const fieldsBeside = (flow: string, more = '') => ({
  additionalProperties: true,
  description: `With the fields of the flow \`${flow}\`, if the store has one, beside its own members; in a request, other members are ignored${more}. Relationship fields stand in \`relationships\``,
});

/** A document with one resource. */
export const document = <T extends TSchema>(resource: T, options: TObjectOptions = {}) =>
  Type.Object({ data: resource }, options);

/**
 * Makes the faults of a body answer 400 with a keyword as title, as the contract wants of settings, currencies, carts,
 * checkout and payments: options for the schema of the whole body. For faults that the schema does not know there is
 * `keywordError` (errors.ts).
 *
 *     body: document(NewCurrency, keywordErrors)
 *     body: Type.Object({ data: Items, options: BulkOptions }, keywordErrors)
 */
export const keywordErrors = { [styleKeyword]: 'keyword' satisfies ErrorStyle } as const;

/** A text of a form that `rule` puts in words which continue the field's name: `must contain {price}`. */
export const patternText = (pattern: string, rule: string, options: TextOptions = {}) =>
  Type.String({ format: 'text', maxLength: maxTextLength, ...options, pattern, rule });

/** A page of a listing (reference: README.md, "Pagination"). */
export const page = <T extends TSchema>(resource: T) =>
  Type.Object({ data: Type.Array(resource), meta: PageMeta, links: PageLinks });

/** The error document (reference: README.md, "Errors"). */
export const ErrorDocument = Type.Object(
  {
    errors: Type.Array(
      Type.Object({
        status: Type.Integer({ description: 'The HTTP status', examples: [422] }),
        title: Type.String({ description: 'What kind of error', examples: ['Failed Validation'] }),
        detail: Type.String({
          description: 'What is wrong, fit to be shown',
          examples: ['The data.email field is required.'],
        }),
        source: Type.Optional(
          Type.String({ description: 'Dotted path of the offending member', examples: ['data.email'] }),
        ),
        meta: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What the error is about' })),
        request_id: Type.Optional(
          Type.String({ description: 'On status 500 and above', examples: ['0b0e9f5e-4f0b-4b8e-9d38-0f5f6b1f6f5e'] }),
        ),
      }),
      { minItems: 1 },
    ),
  },
  { title: 'Errors', description: 'One entry for each fault; the HTTP status is that of the first' },
);

/** Query parameters of a listing in pages, for the documentation; read by platform/query. */
export const PageQuery = Type.Object({
  'page[limit]': Type.Optional(
    Type.Integer({ minimum: 1, description: 'Resources per page; a larger number is read as 100', examples: [25] }),
  ),
  'page[offset]': Type.Optional(
    Type.Integer({ minimum: 0, description: 'Resources to skip, not pages', examples: [50] }),
  ),
});

/** The same of a listing whose links carry a place (docs/decisions/0050-the-link-to-the-next-page-carries-a-place.md). */
export const CursorPageQuery = Type.Object({
  ...PageQuery.properties,
  'page[cursor]': Type.Optional(
    Type.String({
      description:
        'From `links.next`: go on after the last resource of that page, at the cost of a first page, whatever came or went since',
    }),
  ),
});

/** A path parameter that names a resource. */
export const pathId = (resource: string) =>
  Type.String({ description: `Id of the ${resource}`, examples: ['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01'] });

/** The answers of a route: its own, and the error document for these statuses. */
export function answers<T extends Record<number, TSchema>>(own: T, ...errors: readonly number[]): T {
  return { ...own, ...Object.fromEntries(errors.map(status => [status, ErrorDocument])) };
}
