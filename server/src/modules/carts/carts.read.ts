import type { Bind } from '../../platform/db/filter-plan.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byTime } from '../../platform/db/listing-order.ts';
import { type StoreStatement, sql, storeStatement } from '../../platform/db/statement.ts';
import type { Shopper } from '../access/context.ts';
import { fieldVersion, type Versioned } from '../flows/values.store.ts';
import type { CurrencyFormat } from '../prices/money.ts';
import { isSignedIn, ownRows } from '../sessions/sessions.store.ts';
import type { CartCurrency, StoredCart } from './cart.ts';
import type { CartLine, LineSummary } from './cart-lines.ts';
import { type CartRow, cartTotal } from './carts.store.ts';

/** A cart with all that is shown of it. */
export interface CartWith<Line> extends CartRow {
  readonly customer_id: string | null;
  /** Null without lines, and when the store has deleted the currency since. */
  readonly currency_row: CartCurrency | null;
  /** Null without any. */
  readonly lines: readonly Line[] | null;
}

/** Stands for a currency that is gone, in carts that were written before they kept what it was like. */
const unknownFormat = (code: string): CurrencyFormat => ({
  code,
  format: `{price} ${code}`,
  decimal_point: '.',
  thousand_separator: '',
  decimal_places: 2,
});

/** A cart as it is worked with. */
export function toStoredCart<Line>({
  currency,
  currency_row,
  lines,
  ...row
}: CartWith<Line> & Versioned): StoredCart<Line> {
  const gone = (code: string) => ({ ...(row.currency_format ?? unknownFormat(code)), is_enabled: false });
  return {
    ...row,
    currency: currency === null ? undefined : (currency_row ?? gone(currency)),
    lines: lines ?? [],
  };
}

const summary = sql`id, type, quantity, unit_amount, includes_tax, taxes`;
const wireTime = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${sql.ref(column)}`;
const everything = sql`${summary}, position, product_id, name, description, sku, slug, manage_stock, custom_inputs, custom_values,
  ${wireTime('created_at')}, ${wireTime('updated_at')}`;

/** The columns that a cart has beside those of its row. */
const columns = (storeId: unknown, ofLine: typeof summary) => sql`
  (select customer_id from cart_customers where store_id = ${storeId} and cart_id = carts.id) as customer_id,
  (select row_to_json(found) from (
    select code, format, decimal_point, thousand_separator, decimal_places, is_enabled
    from currencies where store_id = ${storeId} and code = carts.currency) found) as currency_row,
  (select json_agg(line) from (
    select ${ofLine} from cart_items where store_id = ${storeId} and cart_id = carts.id order by position) line) as lines`;

interface OneCart {
  id: string;
  now: Date;
  customerId: string | null;
  sessionId: string | null;
}

/** One row always: of nulls when there is no such cart. */
type MaybeCart<Line> = Versioned & { readonly is_signed_in: boolean } & (
    | CartWith<Line>
    | { readonly [Column in keyof CartWith<Line>]: null }
  );

/** A statement that reads one cart. */
export type SelectCart<Line> = StoreStatement<OneCart, MaybeCart<Line>>;

const selectOne = <Line>(ofLine: typeof summary): SelectCart<Line> =>
  storeStatement<OneCart>({ isBrief: true })(
    p => sql<MaybeCart<Line>>`
      select caller.is_signed_in, carts.*, ${columns(p.storeId, ofLine)},
        ${fieldVersion(p.storeId)} as field_version
      from (select ${isSignedIn(p)} as is_signed_in) caller
      left join carts on carts.store_id = ${p.storeId} and carts.id = ${p.id} and carts.expires_at > ${p.now}`,
  );

/** A cart with its lines. */
export const selectCart = selectOne<CartLine>(everything);
/** A cart with what its price is made of. */
export const selectCartSummary = selectOne<LineSummary>(summary);

const listing = <Line>(ofLine: typeof summary) =>
  defineListing<CartWith<Line>, 'updated_at'>({
    table: 'carts',
    idType: 'text',
    filterable: {},
    sortColumns: { updated_at: byTime('updated_at') },
    defaultSort: { field: 'updated_at', descending: true },
    extra: bind => columns(bind('storeId'), ofLine),
    version: bind => fieldVersion(bind('storeId')),
  });

/** Carts with their lines. */
export const cartListing = listing<CartLine>(everything);
/** Carts with what their prices are made of. */
export const cartSummaryListing = listing<LineSummary>(summary);

const isAlive = (bind: Bind) => sql<boolean>`expires_at > ${bind('now')}::timestamptz`;

/** The carts of a store that have not expired; with a customer token, of that customer. */
export function visibleCarts(shopper: Shopper | undefined, now: Date): Scope {
  if (shopper === undefined) {
    return {
      shape: 'alive',
      values: { now },
      condition: isAlive,
      counter: () => cartTotal,
      leftovers: bind => sql`expires_at <= ${bind('now')}::timestamptz`,
    };
  }
  const own = ownRows('customer_id', shopper);
  return {
    ...own,
    shape: 'own alive',
    values: { ...own.values, now },
    // An array, so that the few ids are found first, however many carts the store has.
    condition: bind => sql`${isAlive(bind)} and carts.id = any(array(
      select cart_id from cart_customers where store_id = ${bind('storeId')}::uuid and ${own.condition(bind)}))`,
  };
}
