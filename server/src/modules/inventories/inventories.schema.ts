import Type from 'typebox';
import { Timestamp, typeOf, Uuid } from '../../platform/http/schemas.ts';

/** The largest quantity of one request: sums of many stay exact. */
export const maxQuantity = 1_000_000_000;

/** The first quantity of a stock. */
export const NewStock = Type.Object({
  type: typeOf('stock'),
  quantity: Type.Integer({ minimum: 0, maximum: maxQuantity, examples: [12] }),
});

/** The stocks to read. */
export const StockIds = Type.Array(Type.Object({ id: Type.String({ description: 'Id of a product' }) }));

/** A change of a stock. */
export const NewStockTransaction = Type.Object(
  {
    type: typeOf('stock-transaction'),
    action: Type.Enum(['increment', 'decrement', 'allocate', 'deallocate'], {
      description:
        'increment and decrement change what is available; allocate moves it to what is allocated, deallocate back',
      examples: ['increment'],
    }),
    quantity: Type.Integer({ minimum: 1, maximum: maxQuantity, examples: [5] }),
  },
  { title: 'NewStockTransaction' },
);

/** A stock as answered. */
export const Stock = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('stock'),
    total: Type.Integer({ description: 'Available and allocated together', examples: [12] }),
    available: Type.Integer({ examples: [10] }),
    allocated: Type.Integer({ description: 'Set aside for paid orders that are not fulfilled', examples: [2] }),
  },
  { title: 'Stock' },
);

/** A transaction of a stock as answered. All of them together add up to the stock. */
export const StockTransaction = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('stock-transaction'),
    action: Type.Enum(['create', 'increment', 'decrement', 'allocate', 'deallocate']),
    product_id: Uuid,
    quantity: Type.Integer({ examples: [5] }),
    timestamps: Type.Object({ created_at: Timestamp }),
  },
  { title: 'StockTransaction' },
);

export type NewStockTransaction = Type.Static<typeof NewStockTransaction>;
export type Stock = Type.Static<typeof Stock>;
export type StockTransaction = Type.Static<typeof StockTransaction>;
