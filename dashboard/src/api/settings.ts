import { queryOptions } from '@tanstack/react-query';
import type {
  ApplicationKey,
  CartSettings,
  ListedStaffUser,
  LogsTtl,
  Settings,
  Store,
} from '../../../server/src/contract.ts';
import { mandatoryByDefault } from '../../../server/src/modules/addresses/addresses.mandatory.ts';
import { api } from './client.ts';

/** All that is set for a store. `address_mandatory_fields` null: the usual ones. */
export type StoreSettings = Omit<Store, 'id' | 'type'> &
  Pick<Settings, 'page_length' | 'list_child_products' | 'additional_languages' | 'calculation_method'> &
  Pick<CartSettings, 'cart_expiry_days'> & {
    address_mandatory_fields: readonly string[] | null;
    custom_discounts_enabled: boolean;
    logs_ttl_days: number;
  };

type Name = keyof StoreSettings;
type Part = Partial<StoreSettings>;

/** An endpoint of the API that has some of the settings. */
interface Endpoint {
  readonly path: string;
  readonly type: string;
  readonly names: readonly Name[];
  readonly read: (data: never) => Part;
  readonly write: (part: Part) => object;
}

const endpoints: readonly Endpoint[] = [
  {
    path: '/staff/stores/current',
    type: 'store',
    names: [
      'name',
      'is_sign_up_open',
      'password_min_length',
      'is_common_password_refused',
      'is_checkout_token_required',
      'is_gateway_simulation_allowed',
    ],
    read: (data: Store) => data,
    write: part => part,
  },
  {
    path: '/v2/settings',
    type: 'settings',
    names: [
      'page_length',
      'list_child_products',
      'additional_languages',
      'calculation_method',
      'address_mandatory_fields',
    ],
    read: (data: Settings) => ({ ...data, address_mandatory_fields: data.address_mandatory_fields ?? null }),
    write: part => part,
  },
  {
    path: '/v2/settings/cart',
    type: 'settings',
    names: ['cart_expiry_days', 'custom_discounts_enabled'],
    read: ({ cart_expiry_days, discounts }: CartSettings) => ({ cart_expiry_days, ...discounts }),
    write: ({ custom_discounts_enabled: isEnabled, ...part }) => ({
      ...part,
      ...(isEnabled !== undefined && { discounts: { custom_discounts_enabled: isEnabled } }),
    }),
  },
  {
    path: '/v2/settings/logs-ttl',
    type: 'time_to_live',
    names: ['logs_ttl_days'],
    read: ({ days }: LogsTtl) => ({ logs_ttl_days: days }),
    write: ({ logs_ttl_days: days }) => ({ days }),
  },
];

/** Of what an object has, that which bears these names. */
const pick = (part: Part, names: readonly Name[]): Part =>
  Object.fromEntries(names.filter(name => part[name] !== undefined).map(name => [name, part[name]]));

const readFrom = ({ read, names }: Endpoint, data: unknown) => pick(read(data as never), names);

export const storeSettingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async () => {
    const parts = await Promise.all(
      endpoints.map(async endpoint => readFrom(endpoint, (await api.get<{ data: unknown }>(endpoint.path)).data)),
    );
    return Object.assign({}, ...parts) as StoreSettings;
  },
});

/** Changes settings, each where it is; tells what has become of those of each endpoint. Throws at the first that is refused. */
export async function saveStoreSettings(changes: Part, onSaved: (part: Part) => void): Promise<void> {
  for (const endpoint of endpoints) {
    const part = pick(changes, endpoint.names);
    if (Object.keys(part).length === 0) continue;
    const { data } = await api.put<unknown>(endpoint.path, { type: endpoint.type, ...endpoint.write(part) });
    onSaved(readFrom(endpoint, data));
  }
}

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await api.get<{ data: readonly ApplicationKey[] }>('/staff/keys')).data,
});

export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: async () => (await api.get<{ data: readonly ListedStaffUser[] }>('/staff/users')).data,
});

/** The fields that an address of the store must have; `isUsual`: those of every store that says nothing else. */
export const mandatoryAddressFieldsQuery = queryOptions({
  queryKey: ['settings', 'mandatory address fields'],
  queryFn: async () => {
    const own = (await api.get<{ data: Settings }>('/v2/settings')).data.address_mandatory_fields ?? null;
    return { names: new Set<string>(own ?? mandatoryByDefault), isUsual: own === null };
  },
  staleTime: 60_000,
});
