import Type from 'typebox';
import { email, mandatoryText, Timestamp, Timestamps, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { type StaffRole, staffRoles } from '../access/staff-roles.ts';

/** The fewest characters of a password of staff. */
export const minPasswordLength = 12;

const newPassword = Type.String({
  format: 'text',
  minLength: minPasswordLength,
  maxBytes: 1024,
  writeOnly: true,
  description: 'None of the commonest passwords',
  examples: ['correct-horse-battery-9'],
});
const name = mandatoryText({ maxLength: 255, examples: ['Grace Hopper'] });
const staffEmail = email({ examples: ['grace@example.com'] });
const role = Type.Unsafe<StaffRole>({
  type: 'string',
  enum: staffRoles,
  description: 'What they may do: docs/decisions/0060-staff.md',
  examples: ['editor'],
});
const storeIds = Type.Union([Type.Array(Uuid, { maxItems: 1000 }), Type.Null()], {
  description: 'The stores they may work on; null for every store, which an owner always has',
});
const token = Type.String({
  format: 'text',
  minLength: 1,
  maxLength: 255,
  description: 'What stands behind # in the link',
});

/** A sign-in of staff. */
export const NewStaffSession = Type.Object(
  {
    type: typeOf('staff_session'),
    email: Type.String({ format: 'text', minLength: 1, maxLength: 2048, examples: ['grace@example.com'] }),
    password: Type.String({ format: 'text', minLength: 1, maxBytes: 1024, writeOnly: true }),
  },
  { title: 'NewStaffSession' },
);

export const StaffSession = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('staff_session'),
    is_current: Type.Boolean({ description: 'Whether the request was made in this very session' }),
    user_agent: Type.String({ description: 'The User-Agent of the sign-in' }),
    seen_at: Timestamp,
    expires_at: Timestamp,
    meta: Type.Object({ timestamps: Type.Object({ created_at: Timestamp }) }),
  },
  { title: 'StaffSession' },
);

/** A member of staff. */
export const StaffUser = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('staff_user'),
    name: Type.String({ examples: ['Grace Hopper'] }),
    email: Type.String({ examples: ['grace@example.com'] }),
    role: Type.String({ enum: staffRoles, examples: ['editor'] }),
    store_ids: storeIds,
    password: Type.Boolean({ description: 'Whether a password is set, so that they can sign in' }),
    meta: Timestamps,
  },
  { title: 'StaffUser' },
);

/** A member of staff in the list of all. */
export const ListedStaffUser = Type.Object(
  {
    ...StaffUser.properties,
    seen_at: Type.Union([Timestamp, Type.Null()], {
      description: 'When a session of theirs was last used, to the minute; null when they are signed in nowhere',
    }),
  },
  { title: 'ListedStaffUser' },
);

/** Who is signed in, and what they may do. */
export const StaffMe = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('staff_user'),
    name: Type.String({ examples: ['Grace Hopper'] }),
    email: Type.String({ examples: ['grace@example.com'] }),
    role: Type.String({ enum: staffRoles, examples: ['editor'] }),
    permissions: Type.Array(Type.String({ examples: ['PUT /v2/customers/:customerId'] }), {
      description: 'The routes that the role may use',
    }),
  },
  { title: 'StaffMe' },
);

export const NewStaffUser = Type.Object(
  { type: typeOf('staff_user'), name, email: staffEmail, role, store_ids: Type.Optional(storeIds) },
  { title: 'NewStaffUser' },
);

export const StaffUserPatch = Type.Object(
  {
    type: typeOf('staff_user'),
    name: Type.Optional(name),
    role: Type.Optional(role),
    store_ids: Type.Optional(storeIds),
  },
  { title: 'StaffUserPatch', description: 'What is not sent stays' },
);

/** A link by which somebody sets their password. Shown once. */
export const StaffSetupLink = Type.Object(
  { type: Type.Literal('staff_setup_link'), url: Type.String(), expires_at: Timestamp },
  { title: 'StaffSetupLink' },
);

/** A new member of staff with the link to give to them. */
export const InvitedStaffUser = Type.Object(
  { ...StaffUser.properties, setup_link: StaffSetupLink },
  { title: 'InvitedStaffUser' },
);

export const SetupLookup = Type.Object({ token }, { title: 'StaffSetupLookup' });

/** What a link is good for. */
export const StaffSetup = Type.Object(
  {
    type: Type.Literal('staff_setup'),
    is_first_owner: Type.Boolean({ description: 'Whether name and e-mail are still to be given' }),
    name: Type.String(),
    email: Type.String(),
  },
  { title: 'StaffSetup' },
);

/** The use of a link. */
export const NewStaffSetup = Type.Object(
  {
    type: typeOf('staff_setup'),
    token,
    name: Type.Optional(name),
    email: Type.Optional(staffEmail),
    password: newPassword,
  },
  { title: 'NewStaffSetup', description: 'Name and e-mail are asked of the first owner only' },
);

export const StoreOfStaff = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('store'),
    name: Type.String({ examples: ['Default store'] }),
    password_min_length: Type.Integer({ description: 'The fewest characters of a customer’s password', examples: [8] }),
  },
  { title: 'StoreOfStaff' },
);

export type NewStaffSession = Type.Static<typeof NewStaffSession>;
export type StaffSession = Type.Static<typeof StaffSession>;
export type StaffUser = Type.Static<typeof StaffUser>;
export type ListedStaffUser = Type.Static<typeof ListedStaffUser>;
export type StaffMe = Type.Static<typeof StaffMe>;
export type NewStaffUser = Type.Static<typeof NewStaffUser>;
export type StaffUserPatch = Type.Static<typeof StaffUserPatch>;
export type StaffSetupLink = Type.Static<typeof StaffSetupLink>;
export type InvitedStaffUser = Type.Static<typeof InvitedStaffUser>;
export type StaffSetup = Type.Static<typeof StaffSetup>;
export type NewStaffSetup = Type.Static<typeof NewStaffSetup>;
export type StoreOfStaff = Type.Static<typeof StoreOfStaff>;
