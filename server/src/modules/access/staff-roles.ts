/** What a member of staff may do (docs/decisions/0060-staff.md). */
export const staffRoles = ['owner', 'editor', 'viewer', 'privacy_officer'] as const;
export type StaffRole = (typeof staffRoles)[number];

const everyone: readonly StaffRole[] = staffRoles;
const owners: readonly StaffRole[] = ['owner'];
const editors: readonly StaffRole[] = ['owner', 'editor'];
const privacyOfficers: readonly StaffRole[] = ['owner', 'privacy_officer'];
const editorsAndPrivacyOfficers: readonly StaffRole[] = ['owner', 'editor', 'privacy_officer'];

/**
 * Which roles may use which routes, as the permission table spells them: the first rule that matches decides. What no rule
 * names is the owner's, so that a new route which writes is closed to the others until somebody opens it here.
 */
const rules: readonly (readonly [RegExp, readonly StaffRole[]])[] = [
  // Staff are no shoppers.
  [/^POST \/v2\/customers\/tokens$/, []],
  [/^GET \/v2\/personal-data\//, privacyOfficers],
  [/^GET \/v2\/logs$/, privacyOfficers],
  [/^GET \/v2\/customers\/:customerId\/logs$/, privacyOfficers],
  [/^GET \/v2\//, everyone],
  [/^POST \/v2\/orders\/anonymize$/, privacyOfficers],
  [/^DELETE \/v2\/customers\/:customerId$/, editorsAndPrivacyOfficers],
  [/^POST \/v2\/customers\/bulk\/delete$/, editorsAndPrivacyOfficers],
  [/^DELETE \/v2\/customers\/:customerId\/sessions/, editorsAndPrivacyOfficers],
  [/^DELETE \/v2\/customers\/tokens\//, editorsAndPrivacyOfficers],
  [/^POST \/v2\/jobs$/, editorsAndPrivacyOfficers],
  [/^(POST|PUT|DELETE) \/v2\/(customers|carts|orders|products|inventories)\b/, editors],
  [/^(POST|PUT|DELETE) \/v2\/flows\/:flowSlug\/entries\b/, editors],
  [/^GET \/staff\/(me|sessions|stores|stores\/current)$/, everyone],
  [/^DELETE \/staff\/sessions\b/, everyone],
  [/ \/staff\/views\b/, everyone],
];

/** The roles that may use a route. */
export function staffRolesOf(route: string): readonly StaffRole[] {
  return rules.find(([pattern]) => pattern.test(route))?.[1] ?? owners;
}
