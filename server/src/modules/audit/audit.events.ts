/** Every act that the audit log tells of (docs/decisions/0066, 0072), by the type of what it was done to. */
const acts = {
  customer: ['created', 'updated', 'deleted', 'sessions_ended'],
  address: ['created', 'updated', 'deleted'],
  note: ['created', 'updated', 'deleted'],
  order: ['customer_linked', 'updated', 'anonymized'],
  flow: ['created', 'updated', 'deleted'],
  field: ['created', 'updated', 'deleted'],
  application_key: ['created', 'revoked'],
  store: ['updated'],
  staff_user: ['created', 'updated', 'deleted', 'sessions_ended', 'setup_link_created'],
} as const;

type Acts = typeof acts;

/** What an act was done to. */
export type AuditedType = keyof Acts;

/** What is logged with the customer that it belongs to, whose deletion takes the values out of it. */
export type AuditedOfCustomer = 'customer' | 'address' | 'note';

/** What an entry of the audit log tells, such as `customer.updated`. */
export type AuditEventType = { [Type in AuditedType]: `${Type}.${Acts[Type][number]}` }[AuditedType];

/** All of them. */
export const auditEventTypes = Object.entries(acts).flatMap(([type, done]) =>
  done.map(act => `${type}.${act}` as AuditEventType),
);
