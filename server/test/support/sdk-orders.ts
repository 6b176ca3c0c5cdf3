import type { SdkClient } from './sdk.ts';
import type { Answer } from './test-app.ts';

type Document = Answer['body'];

interface CartEndpoint {
  AddProduct(id: string, quantity?: number): Promise<Document>;
  Checkout(customer: unknown, billing: object, shipping?: object): Promise<Document>;
}

interface OrdersEndpoint {
  With(names: string | readonly string[]): this;
  Filter(filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>): this;
  Sort(order: string): this;
  Limit(limit: number): this;
  All(token?: string): Promise<Document>;
  /** Sends the token from 3.3 on. */
  Get(id: string, token?: string): Promise<Document>;
  /** Never sends a token. */
  Items(id: string): Promise<Document>;
  /** 3.8 and later. */
  Update(id: string, changes: object): Promise<Document>;
  Payment(id: string, payment: object): Promise<Document>;
  Transactions(id: string): Promise<Document>;
  /** 6.1 and later. */
  Confirm(orderId: string, transactionId: string, body: object): Promise<Document>;
  /** 12.7 and later. */
  anonymize(orders: { readonly order_ids: readonly string[] }): Promise<Document>;
  /** 6.1 and later. */
  Attributes(token?: string): Promise<Document>;
}

interface OfOrder {
  readonly order: string;
  readonly transaction: string;
}

/** 3.15 and later. */
interface TransactionsEndpoint {
  All(of: { readonly order: string }, token?: string): Promise<Document>;
  Get(of: OfOrder, token?: string): Promise<Document>;
  Capture(of: OfOrder): Promise<Document>;
  Refund(of: OfOrder, body?: object): Promise<Document>;
  /** 18.2 and later. */
  Cancel(of: OfOrder, body?: object): Promise<Document>;
}

/** 3.15 and later. */
interface JobsEndpoint {
  All(): Promise<Document>;
  Create(job: object): Promise<Document>;
  Get(id: string): Promise<Document>;
  /** 6.1 and later. */
  GetFile(id: string): Promise<Document>;
}

/** The part of the SDK that sells. */
export interface SdkSales {
  Cart(reference?: string): CartEndpoint;
  readonly Orders: OrdersEndpoint;
  readonly Transactions: TransactionsEndpoint;
  readonly Jobs: JobsEndpoint;
}

/** The same client, with what sells. */
export const salesOf = (client: SdkClient): SdkSales => client as unknown as SdkSales;
