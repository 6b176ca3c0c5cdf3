import type { RawBuilder } from 'kysely';
import type { Bind, FilterAttribute } from '../../platform/db/filter-plan.ts';
import type { Ranking } from '../../platform/db/ranked-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { type SearchTerms, termsOf } from './search-query.ts';

/** A search without a sort ranks so many of its matches, the newest; more are not gone through (docs/decisions/0051). */
export const maxRanked = 250;

/** The terms as parameters, by name. */
function namesOf(terms: SearchTerms) {
  const name = (list: string) => terms.words.map((_, index) => `search_${list}_${index}`);
  return { words: name('word'), parts: name('part'), beginnings: name('beginning'), numbers: name('number') };
}

const shapeOf = ({ parts, inOrderNumbers }: SearchTerms) =>
  inOrderNumbers.map((number, index) => `${number === null ? 's' : 'l'}${parts[index] === null ? '' : 'p'}`).join('');

const all = (conditions: readonly RawBuilder<unknown>[]) => sql.join(conditions, sql` and `);
const searchText = sql`customer_search.search_text`;
const orderNumber = sql`orders.order_number_key`;

/** The customers whose texts hold every word. In brackets a word is not looked for in the index. */
function inTexts(storeId: unknown, words: readonly unknown[], parts: readonly unknown[]): RawBuilder<unknown> {
  const each = words.map((word, index) =>
    parts[index] === undefined
      ? sql`${searchText} like ${word}`
      : sql`${searchText} like ${parts[index]} and (${searchText} like ${word}) is true`,
  );
  return sql`customer_search.store_id = ${storeId} and ${all(each)}`;
}

/** Those of the parameters whose terms are not null. */
const present = (terms: readonly (string | null)[], bound: (index: number) => unknown) =>
  terms.map((term, index) => (term === null ? undefined : bound(index)));

/** The customers with an order whose number holds at least one word, and whose texts hold the others; undefined when all are too short. */
function inOrders(
  storeId: unknown,
  words: readonly unknown[],
  numbers: readonly unknown[],
  listed: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> | undefined {
  const sought = numbers.filter(number => number !== undefined).map(number => sql`${orderNumber} like ${number}`);
  if (sought.length === 0) return undefined;
  const isIn = sql`orders.store_id = ${storeId} and orders.customer_id is not null and (${sql.join(sought, sql` or `)})`;
  if (words.length === 1) return sql`orders where ${isIn} and ${listed}`;
  const each = words.map((word, index) =>
    numbers[index] === undefined
      ? sql`${searchText} like ${word}`
      : sql`(${searchText} like ${word} or ${orderNumber} like ${numbers[index]})`,
  );
  return sql`orders join customer_search on customer_search.store_id = ${storeId}
    and customer_search.customer_id = orders.customer_id where ${isIn} and ${listed} and ${all(each)}`;
}

/** Customers that a search finds, as an attribute of filters: `like(search,*öz*)`. */
export const searchAttribute: FilterAttribute = {
  operators: ['like'],
  toConditions: clause => {
    const terms = termsOf(clause);
    const count = terms.words.length;
    return {
      shape: `search ${shapeOf(terms)}`,
      values: [...terms.words, ...terms.inOrderNumbers, ...terms.parts],
      condition: (bind, storeId) => {
        const words = terms.words.map((_, index) => bind(index));
        const numbers = present(terms.inOrderNumbers, index => bind(count + index));
        const parts = present(terms.parts, index => bind(2 * count + index));
        const withOrder = inOrders(storeId, words, numbers);
        return sql<boolean>`customers.id in (
          select customer_search.customer_id from customer_search where ${inTexts(storeId, words, parts)}
          ${withOrder ? sql`union all select orders.customer_id from ${withOrder}` : sql``})`;
      },
    };
  },
};

/**
 * The order of a search's matches: those with a text that is what was sought, those where every word begins one, the
 * others; the newest first. Of more than can be ranked, the newest are, and those whose name or e-mail is what was sought.
 */
export function searchRanking(terms: SearchTerms): Ranking {
  const names = namesOf(terms);
  const entries = (list: readonly string[], values: readonly unknown[]) =>
    list.map((name, index) => [name, values[index]]);
  return {
    shape: `search ${shapeOf(terms)}`,
    values: {
      ...Object.fromEntries([
        ...entries(names.words, terms.words),
        ...entries(names.parts, terms.parts),
        ...entries(names.beginnings, terms.beginnings),
        ...entries(names.numbers, terms.inOrderNumbers),
      ]),
      search_whole: terms.whole,
      search_key: terms.key,
    },
    maxRows: maxRanked,
    matches: ({ where, isUnfiltered, bind }) => rankedMatches(terms, names, where, isUnfiltered, bind),
  };
}

function rankedMatches(
  terms: SearchTerms,
  names: ReturnType<typeof namesOf>,
  where: RawBuilder<unknown>,
  isUnfiltered: boolean,
  bind: Bind,
): RawBuilder<unknown> {
  const storeId = bind('storeId');
  const words = names.words.map(bind);
  const parts = present(terms.parts, index => bind(names.parts[index] ?? ''));
  const numbers = present(terms.inOrderNumbers, index => bind(names.numbers[index] ?? ''));
  const atMost = sql.lit(maxRanked + 1);
  const isBegun = all(names.beginnings.map(name => sql`${searchText} like ${bind(name)}`));
  const listed = (customerId: RawBuilder<unknown>) =>
    isUnfiltered ? sql`true` : sql`exists (select from customers where customers.id = ${customerId} and ${where})`;
  const withOrder = inOrders(storeId, words, numbers, listed(sql`orders.customer_id`));
  return sql`
    with in_texts as materialized (
      select customer_search.customer_id as id,
        case when ${searchText} like ${bind('search_whole')} then 0 when ${isBegun} then 1 else 2 end as rank
      from customer_search
      where ${inTexts(storeId, words, parts)} and ${listed(sql`customer_search.customer_id`)}
      order by customer_search.customer_id desc limit ${atMost}
    ), in_orders as materialized (
      ${
        withOrder
          ? sql`select orders.customer_id as order_of, ${orderNumber} from ${withOrder} order by orders.id desc limit ${atMost}`
          : sql`select null::uuid as order_of, null::text as order_number_key where false`
      }
    )
    select id, min(rank)::int as rank, (select count(*) from in_orders) = ${atMost} as is_cut from (
      select * from in_texts
      union all
      select customers.id, case when order_number_key = ${bind('search_key')} then 0 else 2 end
      from in_orders join customers on customers.id = in_orders.order_of and ${where}
      union all
      select customers.id, 0 from customers
      where ${where} and customers.email_key = ${bind('search_key')} and (select count(*) from in_texts) = ${atMost}
      union all (
        select customers.id, 0 from customers
        where ${where} and customers.name_key = ${bind('search_key')} and (select count(*) from in_texts) = ${atMost}
        limit ${atMost})
    ) matches
    group by id`;
}
