import { AddressPatch, NewAddress } from './modules/addresses/addresses.schema.ts';
import { CustomerPatch, NewCustomer } from './modules/customers/customers.schema.ts';
import { NewField } from './modules/flows/fields.schema.ts';
import { NewFlow } from './modules/flows/flows.schema.ts';
import { NewApplicationKey } from './modules/keys/keys.schema.ts';
import { NewNote } from './modules/notes/notes.schema.ts';
import { NewProduct } from './modules/products/products.schema.ts';
import { CartSettingsPatch, LogsTtlPatch, SettingsPatch } from './modules/settings/settings.schema.ts';
import { StorePatch } from './modules/settings/store-settings.schema.ts';
import { NewStaffUser } from './modules/staff/staff.schema.ts';

// What the dashboard takes from the server: the shapes of the API, never a second copy of them (design.md §8).

export type { Address } from './modules/addresses/addresses.schema.ts';
export type { AuditEventType } from './modules/audit/audit.events.ts';
export type { LogEntry } from './modules/audit/audit.wire.ts';
export type { Currency } from './modules/currencies/currencies.schema.ts';
export type { Session } from './modules/customer-tokens/customer-tokens.schema.ts';
export type { CustomerTag } from './modules/customers/customer-tags.schema.ts';
export type { Customer, ListedCustomer } from './modules/customers/customers.schema.ts';
export type { BulkAnswer } from './modules/customers/customers-bulk.schema.ts';
export type { Entry, Target } from './modules/flows/entries.schema.ts';
export type { Field, FieldType, ValidationRule } from './modules/flows/fields.schema.ts';
export type { Flow } from './modules/flows/flows.schema.ts';
export type { Stock, StockTransaction } from './modules/inventories/inventories.schema.ts';
export type { Job } from './modules/jobs/jobs.schema.ts';
export type { ApplicationKey, CreatedApplicationKey } from './modules/keys/keys.schema.ts';
export type { Note } from './modules/notes/notes.schema.ts';
export type { Order, OrderItem } from './modules/orders/orders.schema.ts';
export type { Transaction } from './modules/payments/payments.schema.ts';
export type { Product } from './modules/products/products.schema.ts';
export type { CartSettings, LogsTtl, Settings } from './modules/settings/settings.schema.ts';
export type { Store } from './modules/settings/store-settings.schema.ts';
export type { SavedView, ViewState } from './modules/staff/saved-views.schema.ts';
export type {
  InvitedStaffUser,
  ListedStaffUser,
  StaffMe,
  StaffSession,
  StaffSetup,
  StaffSetupLink,
  StaffUser,
  StoreOfStaff,
} from './modules/staff/staff.schema.ts';
export type { ErrorEntry } from './platform/errors.ts';

/** The bodies that forms send. */
export const formSchemas = {
  ...{ NewCustomer, CustomerPatch, NewAddress, AddressPatch, NewNote, NewFlow, NewField, NewProduct },
  ...{ NewApplicationKey, NewStaffUser, StorePatch, SettingsPatch, CartSettingsPatch, LogsTtlPatch },
};
