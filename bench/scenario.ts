import type pg from 'pg';
import type { LoadRequest } from './connection.ts';
import type { Shop } from './shop.ts';

/** One kind of request, measured against the floor. A file in scenarios/, listed in scenarios/scenarios.ts. */
export interface Scenario {
  readonly name: string;
  /** The most that a request may cost, as a multiple of the floor; undefined: shown without a judgement. */
  readonly limit?: number;
  /** Requests as a shop would send them: the load goes round and round this list. */
  requests(shop: Shop, database: pg.Pool): readonly LoadRequest[] | Promise<readonly LoadRequest[]>;
  /** The load of the floor, when it is another than giving out, by key, what the product answers. */
  floor?(shop: Shop): readonly LoadRequest[];
}
