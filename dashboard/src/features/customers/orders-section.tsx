import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customerOrdersQuery, ordersPerPage } from '../../api/orders.ts';
import { orderColumns } from '../../components/order-columns.tsx';
import { ResourceTable } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts.ts';

const t = texts.orders;

/** What a customer has bought, newest first. */
export function OrdersSection({ customerId }: { readonly customerId: string }) {
  const [page, setPage] = useState(1);
  const orders = useQuery(customerOrdersQuery(customerId, page));
  return (
    <Section title={t.title} query={orders}>
      {({ data, meta }) =>
        meta.results.total === 0 ? (
          <Text size="sm" c="dimmed">
            {t.none}
          </Text>
        ) : (
          <ResourceTable
            label={t.title}
            columns={orderColumns}
            rows={data}
            total={meta.results.total}
            page={page}
            size={ordersPerPage}
            isStale={orders.isPlaceholderData}
            onPage={setPage}
          />
        )
      }
    </Section>
  );
}
