import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order, Transaction } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { transactionsQuery } from '../../api/orders.ts';
import { useSession } from '../../api/staff.ts';
import { Confirm } from '../../components/confirm.tsx';
import { State } from '../../components/order-columns.tsx';
import { Section } from '../../components/section.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { AmountDialog } from './amount-dialog.tsx';
import { RecordPayment } from './record-payment.tsx';

const t = texts.order;

interface Action {
  readonly name: 'capture' | 'cancel' | 'refund';
  readonly label: string;
  readonly isPossible: (transaction: Transaction, orderStatus: string) => boolean;
}

const isOpen = ({ transaction_type: type, status }: Transaction) => type === 'authorize' && status === 'complete';

/** What can be done with a transaction as it stands: what cannot is absent, and the API refuses it. */
const actions: readonly Action[] = [
  {
    ...{ name: 'capture', label: t.capture },
    isPossible: (transaction, orderStatus) => isOpen(transaction) && orderStatus !== 'cancelled',
  },
  { ...{ name: 'cancel', label: t.void }, isPossible: isOpen },
  {
    ...{ name: 'refund', label: t.refund },
    isPossible: ({ transaction_type: type, status, amount, refunded_amount: refunded }, orderStatus) =>
      status === 'complete' &&
      ['purchase', 'capture'].includes(type) &&
      refunded < amount &&
      ['complete', 'cancelled'].includes(orderStatus),
  },
];

interface TransactionsSectionProps {
  readonly orderId: string;
  /** Undefined while it loads. */
  readonly order: Order | undefined;
}

/** What was authorized, paid and given back for an order. */
export function TransactionsSection({ orderId, order }: TransactionsSectionProps) {
  const { can } = useSession();
  const transactions = useQuery(transactionsQuery(orderId));
  const [asked, setAsked] = useState<{ readonly name: Action['name']; readonly transaction: Transaction }>();
  const allowed = actions.filter(({ name }) => can(`POST /v2/orders/:orderId/transactions/:transactionId/${name}`));
  const Dialog = asked?.name === 'refund' ? RefundDialog : PlainDialog;
  return (
    <Section title={t.payments} query={transactions} actions={order && <RecordPayment order={order} />}>
      {list => (
        <>
          {list.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.noPayments}
            </Text>
          )}
          <ul className="rows">
            {list.map(transaction => (
              <li key={transaction.id}>
                <TransactionFacts transaction={transaction} />
                <Group gap="xs" wrap="nowrap">
                  {allowed
                    .filter(({ isPossible }) => isPossible(transaction, order?.status ?? ''))
                    .map(({ name, label }) => (
                      <Button key={name} variant="default" size="xs" onClick={() => setAsked({ name, transaction })}>
                        {label}
                      </Button>
                    ))}
                </Group>
              </li>
            ))}
          </ul>
          {asked && <Dialog {...asked} orderId={orderId} onClose={() => setAsked(undefined)} />}
        </>
      )}
    </Section>
  );
}

function TransactionFacts({ transaction }: { readonly transaction: Transaction }) {
  const { transaction_type: type, status, gateway, simulated, meta, refunded_amount: refunded } = transaction;
  const facts = [
    formatMoment(meta.timestamps.created_at),
    gateway + (simulated ? ` (${t.simulated})` : ''),
    transaction.custom_reference,
    refunded > 0 && t.refundedOf(meta.display_refunded_amount.total.formatted),
  ].filter(Boolean);
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs">
        <Text size="sm" fw={550} className="tabular">
          {t.transactionTypes[type] ?? type}: {meta.display_price.formatted}
        </Text>
        {status !== 'complete' && <State value={status} />}
      </Group>
      <Text size="xs" c="dimmed" className="break">
        {facts.join(' · ')}
      </Text>
    </div>
  );
}

interface DialogProps {
  readonly orderId: string;
  readonly transaction: Transaction;
  readonly name: Action['name'];
  readonly onClose: () => void;
}

/** Does it, tells so, and reads anew what it has changed. */
function useAction({ orderId, transaction, name, onClose }: DialogProps) {
  const queries = useQueryClient();
  const done = { capture: t.captured, cancel: t.voided, refund: t.refunded }[name];
  return async (data?: object) => {
    await api.post<Transaction>(`/v2/orders/${orderId}/transactions/${transaction.id}/${name}`, data);
    notifications.show({ message: done });
    await queries.invalidateQueries({ queryKey: ['orders'] });
    onClose();
  };
}

function PlainDialog(props: DialogProps) {
  const { name, transaction, onClose } = props;
  const act = useAction(props);
  const isCapture = name === 'capture';
  const amount = transaction.meta.display_price.formatted;
  return (
    <Confirm
      title={isCapture ? t.captureTitle(amount) : t.voidTitle(amount)}
      action={isCapture ? t.capture : t.void}
      isHarmless={isCapture}
      onClose={onClose}
      onConfirm={() => act()}
    >
      <Text size="sm">{isCapture ? t.captureHelp : t.voidHelp}</Text>
    </Confirm>
  );
}

function RefundDialog(props: DialogProps) {
  const { transaction, onClose } = props;
  const { amount, refunded_amount: refunded, currency } = transaction;
  const act = useAction(props);
  return (
    <AmountDialog
      title={t.refundTitle}
      action={t.refund}
      actionColor="red.9"
      currency={currency}
      most={amount - refunded}
      onClose={onClose}
      onConfirm={amountBack => act({ amount: amountBack })}
    />
  );
}
