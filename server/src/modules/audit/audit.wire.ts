import Type from 'typebox';
import { Timestamp, Uuid } from '../../platform/http/schemas.ts';
import { type AuditedType, auditEventTypes } from './audit.events.ts';
import type { AuditRow } from './audit.store.ts';

/** An entry of the audit log (reference: platform.md, "Personal data"). */
export const LogEntry = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('personal_data_log_entry'),
    time: Timestamp,
    event_type: Type.String({ description: `One of ${auditEventTypes.join(', ')}`, examples: ['customer.updated'] }),
    resource_type: Type.String({ examples: ['customer'] }),
    resource_id: Uuid,
    delta: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What changed: `before` and `after` by member; without them once the customer is deleted',
    }),
    initiator: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Whose credentials it was done with, and from which address',
    }),
    relationships: Type.Object({ resource_path: Type.Object({ url: Type.String() }) }),
  },
  { title: 'PersonalDataLogEntry' },
);

export type LogEntry = Type.Static<typeof LogEntry>;

const paths: Readonly<Record<AuditedType, (row: AuditRow) => string>> = {
  customer: row => `/v2/customers/${row.resource_id}`,
  address: row => `/v2/customers/${row.customer_id}/addresses/${row.resource_id}`,
  note: row => `/v2/customers/${row.customer_id}/notes/${row.resource_id}`,
  order: row => `/v2/orders/${row.resource_id}`,
  flow: row => `/v2/flows/${row.resource_id}`,
  field: row => `/v2/fields/${row.resource_id}`,
  application_key: row => `/staff/keys/${row.resource_id}`,
  store: () => '/staff/stores/current',
  staff_user: row => `/staff/users/${row.resource_id}`,
};

/** An entry as the contract shows it. */
export const toLogEntry = (row: AuditRow, baseUrl: string): LogEntry => ({
  id: row.id,
  type: 'personal_data_log_entry',
  time: row.logged_at,
  event_type: row.event_type,
  resource_type: row.resource_type,
  resource_id: row.resource_id,
  delta: row.delta,
  initiator: row.initiator,
  relationships: { resource_path: { url: `${baseUrl}${paths[row.resource_type](row)}` } },
});
