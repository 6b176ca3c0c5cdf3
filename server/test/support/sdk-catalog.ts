import type { Answer } from './test-app.ts';

type Document = Answer['body'];

/** What every endpoint of the SDK has. */
interface Listed {
  With(names: string | readonly string[]): this;
  Filter(filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>): this;
  Sort(order: string): this;
  Limit(limit: number): this;
  Offset(offset: number): this;
  All(token?: string): Promise<Document>;
  Get(id: string): Promise<Document>;
}

interface Edited extends Listed {
  Create(body: object): Promise<Document>;
  Update(id: string, changes: object): Promise<Document>;
  Delete(id: string): Promise<Document>;
}

interface ProductsEndpoint extends Edited {
  CreateRelationships(id: string, type: string, resources: unknown): Promise<Document>;
  UpdateRelationships(id: string, type: string, resources: unknown): Promise<Document>;
  DeleteRelationships(id: string, type: string, resources: unknown): Promise<Document>;
  /** 6.1 and later. */
  Attributes(): Promise<Document>;
}

interface CurrenciesEndpoint extends Edited {
  /** Sends nothing: later calls carry the code in X-Moltin-Currency. */
  Set(code: string): unknown;
}

interface InventoriesEndpoint extends Listed {
  IncrementStock(id: string, quantity: number): Promise<Document>;
  DecrementStock(id: string, quantity: number): Promise<Document>;
  AllocateStock(id: string, quantity: number): Promise<Document>;
  DeallocateStock(id: string, quantity: number): Promise<Document>;
  GetTransactions(id: string): Promise<Document>;
  /** This and what follows: 9.12 and later. */
  GetTransaction(id: string, transactionId: string): Promise<Document>;
  Create(id: string, quantity: number): Promise<Document>;
  Delete(id: string): Promise<Document>;
  /** 12.7 and later. */
  GetMultipleStock(ids: readonly string[]): Promise<Document>;
}

interface GatewaysEndpoint extends Listed {
  Update(slug: string, changes: object): Promise<Document>;
  Enabled(slug: string, isEnabled: boolean): Promise<Document>;
}

interface SettingsEndpoint {
  All(): Promise<Document>;
  Update(changes: object): Promise<Document>;
  /** 12.7 and later. */
  Cart(): Promise<Document>;
  UpdateCart(changes: object): Promise<Document>;
  /** 18.2 and later. */
  GetLogsTtl(): Promise<Document>;
  UpdateLogsTtl(days: number): Promise<Document>;
  /** 25.2 and later. */
  Delete(): Promise<Document>;
}

interface FlowsEndpoint extends Edited {
  GetEntries(slug: string): Promise<Document>;
  GetEntry(slug: string, id: string): Promise<Document>;
  CreateEntry(slug: string, body: object): Promise<Document>;
  UpdateEntry(slug: string, id: string, changes: object): Promise<Document>;
  DeleteEntry(slug: string, id: string): Promise<Document>;
  /** This and what follows: 6.1 and later. */
  GetFields(slug: string): Promise<Document>;
  GetFlowTypeAttributes(slug: string): Promise<Document>;
  CreateEntryRelationship(slug: string, id: string, field: string, targets: object): Promise<Document>;
  UpdateEntryRelationship(slug: string, id: string, field: string, targets: object): Promise<Document>;
  DeleteEntryRelationship(slug: string, id: string, field: string): Promise<Document>;
  /** 9.12 and later. */
  AllTemplates(template: string): Promise<Document>;
}

/** What the tests call of the SDK about the catalogue, flows, gateways and settings. */
export interface SdkCatalog {
  readonly Products: ProductsEndpoint;
  readonly Currencies: CurrenciesEndpoint;
  readonly Brands: Listed;
  readonly Categories: Listed & { Tree(): Promise<Document> };
  readonly Collections: Listed;
  readonly Gateways: GatewaysEndpoint;
  /** 3.8 and later. */
  readonly Inventories: InventoriesEndpoint;
  /** 3.8 and later. */
  readonly Flows: FlowsEndpoint;
  /** 3.8 and later. */
  readonly Fields: Edited;
  /** 3.24 and later. */
  readonly Settings: SettingsEndpoint;
  /** 6.1 and later. */
  readonly Files: Listed;
}
