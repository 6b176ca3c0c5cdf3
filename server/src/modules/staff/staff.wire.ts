import { permissionOf, permissions, type RoutePermission } from '../access/permissions.ts';
import type { StaffMember } from '../access/staff-access.ts';
import type { StoreRow } from '../stores/stores.service.ts';
import type { StaffMe, StaffSession, StaffSetupLink, StaffUser, StoreOfStaff } from './staff.schema.ts';
import type { StaffUserRow } from './staff.store.ts';
import type { StaffSessionRow } from './staff-sessions.store.ts';
import type { SetupLink } from './staff-setup.ts';

export const toStaffUser = (row: StaffUserRow): StaffUser => ({
  id: row.id,
  type: 'staff_user',
  name: row.name,
  email: row.email,
  role: row.role,
  store_ids: row.store_ids,
  password: row.password_hash !== null,
  meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
});

/** The routes that a role may use, as the permission table spells them. */
function routesOf({ role }: StaffMember): string[] {
  return Object.keys(permissions).filter(route => {
    const [method = '', path = ''] = route.split(' ');
    const permission = permissionOf(method, path);
    return (permission as RoutePermission | undefined)?.staff?.includes(role) === true;
  });
}

export const toStaffMe = (staff: StaffMember): StaffMe => ({
  id: staff.id,
  type: 'staff_user',
  name: staff.name,
  email: staff.email,
  role: staff.role,
  permissions: routesOf(staff),
});

export const toStaffSession = (row: StaffSessionRow, currentId: string): StaffSession => ({
  id: row.id,
  type: 'staff_session',
  is_current: row.id === currentId,
  user_agent: row.user_agent,
  seen_at: row.seen_at,
  expires_at: row.expires_at,
  meta: { timestamps: { created_at: row.created_at } },
});

export const toSetupLink = ({ url, expiresAt }: SetupLink): StaffSetupLink => ({
  type: 'staff_setup_link',
  url,
  expires_at: expiresAt.toISOString(),
});

export const toStoreOfStaff = (row: StoreRow): StoreOfStaff => ({
  id: row.id,
  type: 'store',
  name: row.name,
  password_min_length: row.password_min_length,
});
