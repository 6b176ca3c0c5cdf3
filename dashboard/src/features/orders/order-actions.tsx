import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { useSession } from '../../api/staff.ts';
import { Confirm } from '../../components/confirm.tsx';
import { texts } from '../../texts.ts';

const t = texts.order;

const change = (patch: object) => (order: Order) =>
  api.put<Order>(`/v2/orders/${order.id}`, { type: 'order', ...patch });

/** What can be done with an order as it stands: what cannot is absent, and the API refuses it. */
const actions = {
  cancel: {
    isPossible: ({ status, shipping }: Order) => status !== 'cancelled' && shipping !== 'fulfilled',
    route: 'PUT /v2/orders/:orderId',
    send: change({ status: 'cancelled' }),
    isHarmless: false,
    ...{ action: t.cancel, title: t.cancelTitle, help: t.cancelHelp, done: t.cancelled },
  },
  fulfil: {
    isPossible: ({ status, payment, shipping }: Order) =>
      payment === 'paid' && status !== 'cancelled' && shipping !== 'fulfilled',
    route: 'PUT /v2/orders/:orderId',
    send: change({ shipping: 'fulfilled' }),
    isHarmless: true,
    ...{ action: t.fulfil, title: t.fulfilTitle, help: t.fulfilHelp, done: t.fulfilled },
  },
  anonymize: {
    isPossible: ({ status, payment, shipping, anonymized }: Order) =>
      !anonymized && (shipping === 'fulfilled' || status === 'cancelled' || payment === 'refunded'),
    route: 'POST /v2/orders/anonymize',
    send: ({ id }: Order) => api.post<readonly Order[]>('/v2/orders/anonymize', { order_ids: [id] }),
    isHarmless: false,
    ...{ action: t.anonymize, title: t.anonymizeTitle, help: t.anonymizeHelp, done: t.anonymizedNow },
  },
};

export function OrderActions({ order }: { readonly order: Order }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<keyof typeof actions>();
  const possible = (['anonymize', 'cancel', 'fulfil'] as const).filter(
    name => can(actions[name].route) && actions[name].isPossible(order),
  );
  const chosen = asked && actions[asked];
  return (
    <Group gap="sm">
      {possible.map(name => (
        <Button
          key={name}
          variant={actions[name].isHarmless ? 'filled' : 'default'}
          onClick={() => setAsked(name)}
          style={{ flexShrink: 0 }}
        >
          {actions[name].action}
        </Button>
      ))}
      {chosen && (
        <Confirm
          title={chosen.title}
          action={chosen.action}
          isHarmless={chosen.isHarmless}
          cancel={t.keep}
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await chosen.send(order);
            notifications.show({ message: chosen.done });
            await queries.invalidateQueries({ queryKey: ['orders'] });
            setAsked(undefined);
          }}
        >
          <Text size="sm">{chosen.help}</Text>
        </Confirm>
      )}
    </Group>
  );
}
