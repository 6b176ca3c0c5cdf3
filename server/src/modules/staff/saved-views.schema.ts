import Type from 'typebox';
import { mandatoryText, Timestamps, text, typeOf, Uuid } from '../../platform/http/schemas.ts';

/** The pages of which there are views. */
export const viewedPages = ['customers'] as const;
export type ViewedPage = (typeof viewedPages)[number];

const page = Type.Unsafe<ViewedPage>({ type: 'string', enum: viewedPages, examples: ['customers'] });
const name = mandatoryText({ maxLength: 100, examples: ['Gold tier without orders'] });
const isShared = Type.Boolean({ description: 'Whether all staff of the store see it' });
const ViewState = Type.Object(
  {
    search: Type.Optional(text({ maxLength: 256, examples: ['okafor'] })),
    filter: Type.Optional(text({ maxLength: 8192, examples: ['eq(loyalty_tier,gold):eq(order_count,0)'] })),
    sort: Type.Optional(text({ maxLength: 255, examples: ['-created_at'] })),
    columns: Type.Optional(text({ maxLength: 2048, examples: ['email,order_count,created_at'] })),
  },
  {
    title: 'ViewState',
    description: 'What the address of the page says; what is left out is as usual',
    additionalProperties: false,
  },
);

/** A new view. */
export const NewSavedView = Type.Object(
  { type: typeOf('saved_view'), page, name, state: ViewState, is_shared: Type.Optional(isShared) },
  { title: 'NewSavedView' },
);

/** Changes to a view. */
export const SavedViewPatch = Type.Object(
  {
    type: typeOf('saved_view'),
    name: Type.Optional(name),
    state: Type.Optional(ViewState),
    is_shared: Type.Optional(isShared),
  },
  { title: 'SavedViewPatch', description: 'What is not sent stays' },
);

/** A view as answered. */
export const SavedView = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('saved_view'),
    page,
    name: Type.String({ examples: ['Gold tier without orders'] }),
    state: ViewState,
    is_shared: isShared,
    is_own: Type.Boolean({ description: 'Whether whoever asks has made it, and so may change it' }),
    meta: Timestamps,
  },
  { title: 'SavedView' },
);

export type ViewState = Type.Static<typeof ViewState>;
export type NewSavedView = Type.Static<typeof NewSavedView>;
export type SavedViewPatch = Type.Static<typeof SavedViewPatch>;
export type SavedView = Type.Static<typeof SavedView>;
