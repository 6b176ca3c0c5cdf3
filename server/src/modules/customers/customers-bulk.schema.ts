import Type from 'typebox';
import { ErrorDocument, mandatoryText, text, Uuid } from '../../platform/http/schemas.ts';
import { maxTags, Tag } from './customers.schema.ts';

/** So many customers one request is about. */
export const bulkSize = 100;

/** Whom a bulk request is about. */
const targets = {
  customer_ids: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: bulkSize,
      description: `Ids of customers; or a \`filter\``,
      examples: [['3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01']],
    }),
  ),
  filter: Type.Optional(
    mandatoryText({
      maxLength: 8192,
      description:
        'As `GET /v2/customers` takes it, but never empty: `like(name,*)` is every customer, and a search is `like(search,ada)`. The first request takes the ' +
        `first ${bulkSize} that match, in the order of their ids; go on with the \`cursor\` of its answer until that is null`,
      examples: ['eq(loyalty_tier,gold)'],
    }),
  ),
  cursor: Type.Optional(
    text({
      description: 'From `meta.cursor` of the answer before: who has come since the first request is left alone',
    }),
  ),
};

/** Customers to delete. */
export const BulkDeletion = Type.Object(targets, { title: 'BulkDeletion' });

const tags = (description: string, example: string) =>
  Type.Optional(Type.Array(Tag, { maxItems: maxTags, description, examples: [[example]] }));

/** Customers to give tags to, and to take tags from. */
export const BulkTagging = Type.Object(
  {
    ...targets,
    add_tags: tags('What each of them shall have', 'vip'),
    remove_tags: tags('What none of them shall have', 'prospect'),
  },
  { title: 'BulkTagging' },
);

/** What a bulk request has done, and what it could not. */
export const BulkAnswer = Type.Object({
  data: Type.Array(Type.Object({ type: Type.Literal('customer'), id: Uuid }), {
    description: 'The customers with whom it was done',
  }),
  errors: Type.Optional(ErrorDocument.properties.errors),
  meta: Type.Object({
    cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'To go on with the same filter; null when there is nobody left, and with `customer_ids`',
    }),
  }),
});

export type BulkTargets = Type.Static<typeof BulkDeletion>;
export type BulkTagging = Type.Static<typeof BulkTagging>;
export type BulkAnswer = Type.Static<typeof BulkAnswer>;
