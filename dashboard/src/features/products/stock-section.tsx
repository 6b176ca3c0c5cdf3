import { Button, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Stock } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { movementsPerPage, movementsQuery, stockQuery } from '../../api/products.ts';
import { useSession } from '../../api/staff.ts';
import { Confirm } from '../../components/confirm.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { Loaded, Section } from '../../components/section.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { numberFault } from '../../validation.ts';

const t = texts.stock;
const quantityKind = { places: 0, min: 1 };

interface StockSectionProps {
  readonly productId: string;
  /** Undefined until it is known. */
  readonly isManaged: boolean | undefined;
}

/** How much there is of a product, what has come and gone, and a way to change it. */
export function StockSection({ productId, isManaged }: StockSectionProps) {
  const { can } = useSession();
  const stock = useQuery(stockQuery(productId));
  const [isAdjusting, setAdjusting] = useState(false);
  return (
    <Section
      title={t.title}
      query={stock}
      actions={
        stock.data !== undefined &&
        can('POST /v2/inventories/:productId/transactions') && (
          <Button variant="default" size="xs" onClick={() => setAdjusting(true)}>
            {t.adjust}
          </Button>
        )
      }
    >
      {current => (
        <>
          {isManaged === false && (
            <Text size="sm" c="dimmed" mb="sm">
              {t.notManaged}
            </Text>
          )}
          {current === null ? (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          ) : (
            <>
              <dl className="facts tabular">
                {(['available', 'allocated', 'total'] as const).map(part => (
                  <Fact key={part} label={t[part]} value={current[part]} />
                ))}
              </dl>
              <Movements productId={productId} />
            </>
          )}
          {isAdjusting && <AdjustDialog productId={productId} stock={current} onClose={() => setAdjusting(false)} />}
        </>
      )}
    </Section>
  );
}

const Fact = ({ label, value }: { readonly label: string; readonly value: number }) => (
  <>
    <dt>{label}</dt>
    <dd>{value.toLocaleString()}</dd>
  </>
);

function Movements({ productId }: { readonly productId: string }) {
  const [page, setPage] = useState(1);
  const movements = useQuery(movementsQuery(productId, page));
  return (
    <Loaded query={movements}>
      {({ data, meta }) => (
        <>
          <ul className="rows" aria-label={t.movements} style={{ marginTop: 16 }}>
            {data.map(({ id, action, quantity, timestamps }) => (
              <li key={id}>
                <Text size="sm">{t.actions[action](quantity.toLocaleString())}</Text>
                <Text size="xs" c="dimmed" className="nowrap">
                  {formatMoment(timestamps.created_at)}
                </Text>
              </li>
            ))}
          </ul>
          <Pager label={t.movements} total={meta.results.total} page={page} size={movementsPerPage} onPage={setPage} />
        </>
      )}
    </Loaded>
  );
}

interface AdjustDialogProps {
  readonly productId: string;
  /** Null when it was deleted: then it is made anew. */
  readonly stock: Stock | null;
  readonly onClose: () => void;
}

function AdjustDialog({ productId, stock, onClose }: AdjustDialogProps) {
  const queries = useQueryClient();
  const [action, setAction] = useState<string>('increment');
  const [quantity, setQuantity] = useState<number | string>('');
  const adjust = async () => {
    await (stock === null
      ? api.post<Stock>(`/v2/inventories/${productId}`, { type: 'stock', quantity })
      : api.post(`/v2/inventories/${productId}/transactions`, { type: 'stock-transaction', action, quantity }));
    notifications.show({ message: t.adjusted });
    await queries.invalidateQueries({ queryKey: ['products'] });
    onClose();
  };
  return (
    <Confirm
      title={t.adjustTitle}
      action={texts.form.save}
      isHarmless
      isReady={typeof quantity === 'number' && numberFault(t.quantity, quantity, quantityKind) === null}
      onClose={onClose}
      onConfirm={adjust}
    >
      {stock !== null && (
        <Select
          label={t.action}
          data={[
            { value: 'increment', label: t.increment },
            { value: 'decrement', label: t.decrement },
          ]}
          value={action}
          onChange={value => value && setAction(value)}
          allowDeselect={false}
        />
      )}
      <NumberField label={t.quantity} value={quantity} onChange={setQuantity} kind={quantityKind} data-autofocus />
    </Confirm>
  );
}
