import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order, Transaction } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { useSession } from '../../api/staff.ts';
import { PlusIcon } from '../../components/icons.tsx';
import { texts } from '../../texts.ts';
import { AmountDialog } from './amount-dialog.tsx';

const t = texts.order;

/** A button that records money received outside of the shop, as a payment by the manual gateway; while something is owed. */
export function RecordPayment({ order }: { readonly order: Order }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { amount: owed, currency } = order.meta.display_price.balance_owing;
  if (owed <= 0 || order.status === 'cancelled' || !can('POST /v2/orders/:orderId/payments')) return null;
  const record = async (amount: number, reference: string) => {
    const meta = reference === '' ? {} : { paymentmethod_meta: { custom_reference: reference } };
    const payment = { gateway: 'manual', method: 'purchase', amount, ...meta };
    await api.post<Transaction>(`/v2/orders/${order.id}/payments`, payment);
    notifications.show({ message: t.paymentRecorded });
    await queries.invalidateQueries({ queryKey: ['orders'] });
  };
  return (
    <>
      <Button variant="default" size="xs" leftSection={<PlusIcon size={14} />} onClick={() => setOpen(true)}>
        {t.recordPayment}
      </Button>
      {isOpen && (
        <AmountDialog
          title={t.recordPayment}
          action={t.record}
          currency={currency}
          most={owed}
          hasReference
          onConfirm={record}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
