import { createRequire } from 'node:module';
import { vi } from 'vitest';
import type { SdkCatalog } from './sdk-catalog.ts';
import type { Answer } from './test-app.ts';

/** The published versions of @moltin/sdk that the tests drive, unmodified (npm aliases in the root package.json). */
export const sdkVersions = ['3.3.0', '3.8.1', '6.6.0', '12.7.0', '20.11.0', '36.0.0'] as const;
export type SdkVersion = (typeof sdkVersions)[number];

/** Those of a release and later. */
export const sdkSince = (first: SdkVersion): SdkVersion[] => sdkVersions.slice(sdkVersions.indexOf(first));

type Document = Answer['body'];

/** What `gateway` is given. */
export interface SdkOptions {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly host: string;
  /** 6.1 and later; the versions before speak https only. */
  readonly protocol?: 'http' | 'https';
  readonly application?: string;
  readonly currency?: string;
  readonly language?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly store_id?: string;
}

interface CustomersEndpoint {
  With(names: string | readonly string[]): this;
  Filter(filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>): this;
  Sort(order: string): this;
  Limit(limit: number): this;
  Offset(offset: number): this;
  All(token?: string): Promise<Document>;
  Get(id: string, token?: string): Promise<Document>;
  Create(customer: object): Promise<Document>;
  /** Sends the token from 3.24 on. */
  Update(id: string, changes: object, token?: string): Promise<Document>;
  /** Never sends a token. */
  Delete(id: string): Promise<Document>;
  Token(email: string, password: string): Promise<Document>;
  /** 6.1 and later. */
  TokenViaPassword(email: string, password: string): Promise<Document>;
  /** 6.1 and later. */
  TokenViaOIDC(code: string, redirectUri: string, verifier: string): Promise<Document>;
}

interface OfCustomer {
  readonly customer: string;
  readonly token?: string;
}

interface AddressesEndpoint {
  Limit(limit: number): this;
  Filter(filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>): this;
  All(of: OfCustomer): Promise<Document>;
  Get(of: OfCustomer & { readonly address: string }): Promise<Document>;
  Create(of: OfCustomer & { readonly body: object }): Promise<Document>;
  Update(of: OfCustomer & { readonly address: string; readonly body: object }): Promise<Document>;
  Delete(of: OfCustomer & { readonly address: string }): Promise<Document>;
}

/** A cart under one reference; which methods a version has is in js-sdk-calls.md, §8. */
export interface CartEndpoint {
  readonly cartId: string;
  With(names: string | readonly string[]): this;
  Get(): Promise<Document>;
  Items(): Promise<Document>;
  AddProduct(id: string, quantity?: number, data?: object, isSku?: boolean): Promise<Document>;
  AddCustomItem(item: object): Promise<Document>;
  AddPromotion(code: string): Promise<Document>;
  UpdateItemQuantity(itemId: string, quantity?: number): Promise<Document>;
  RemoveItem(itemId: string): Promise<Document>;
  Delete(): Promise<Document>;
  /** The following: 6.6 and later. */
  UpdateItem(itemId: string, quantity: number, data?: object): Promise<Document>;
  BulkAdd(items: object[], options?: { readonly add_all_or_nothing: boolean }): Promise<Document>;
  UpdateItems(items: object[]): Promise<Document>;
  RemoveAllItems(): Promise<Document>;
  CreateCart(cart: object, token?: string): Promise<Document>;
  UpdateCart(cart: object, token?: string): Promise<Document>;
  GetCartsList(token: string): Promise<Document>;
  AddCustomerAssociation(customerId: string, token: string): Promise<Document>;
  AddItemTax(itemId: string, tax: object): Promise<Document>;
  UpdateItemTax(itemId: string, taxId: string, tax: object): Promise<Document>;
  RemoveItemTax(itemId: string, taxId: string): Promise<Document>;
  /** 36. */
  BulkAddItemTax(taxes: object[], options?: object): Promise<Document>;
  /** 36. */
  Merge(cartId: string, token?: string, options?: object): Promise<Document>;
}

/** What the tests call of the SDK: every version shares it, but for what a comment says. */
export interface SdkClient extends SdkCatalog {
  readonly Customers: CustomersEndpoint;
  /** 3.8 to 6.6. */
  readonly Addresses?: AddressesEndpoint;
  /** 9.12 and later. */
  readonly CustomerAddresses?: AddressesEndpoint;
  /** Without a reference, the client makes one and keeps it. */
  Cart(reference?: string): CartEndpoint;
  /** What every method of the SDK goes through. */
  readonly request: { send(path: string, method: string, body?: unknown): Promise<Document> };
  Authenticate(): Promise<Document>;
}

/** Addresses under the name that the version gives them. */
export function addressesOf(client: SdkClient): AddressesEndpoint {
  const addresses = client.CustomerAddresses ?? client.Addresses;
  if (addresses === undefined) throw new Error('this version has no addresses');
  return addresses;
}

const require = createRequire(import.meta.url);

/**
 * A client with a browser's `localStorage` of its own, which every version looks for when it is made; without one they
 * would all write to ./localStorage. Answers the storage too.
 */
export function createSdkClient(
  version: SdkVersion,
  options: SdkOptions,
): { client: SdkClient; storage: Map<string, string> } {
  const { gateway } = require(`moltin-sdk-${version}`) as { gateway(options: SdkOptions): SdkClient };
  const storage = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: unknown) => storage.set(key, String(value)),
    removeItem: (key: string) => storage.delete(key),
  };
  vi.stubGlobal('localStorage', localStorage);
  vi.stubGlobal('window', { localStorage });
  try {
    return { client: gateway(options), storage };
  } finally {
    vi.unstubAllGlobals();
  }
}

export type Outcome = { readonly resolved: Document } | { readonly rejected: Document };

/** A call that an answer hangs stays pending for ever; any other has long settled by then, on a busy machine too. */
const hangMs = 10_000;

/** What a promise of the SDK settles with; fails when it does not settle. */
export async function settled(call: Promise<Document>): Promise<Outcome> {
  const hangs = AbortSignal.timeout(hangMs);
  return await new Promise((resolve, reject) => {
    hangs.addEventListener('abort', () => reject(new Error(`The call has not settled within ${hangMs} ms`)));
    call.then(
      resolved => resolve({ resolved }),
      rejected => resolve({ rejected }),
    );
  });
}
