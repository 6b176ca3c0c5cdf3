import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Order } from '../../../../server/src/contract.ts';
import { isMissing } from '../../api/client.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { orderName, orderQuery, type WholeOrder } from '../../api/orders.ts';
import { AddressLines } from '../../components/address-lines.tsx';
import { ApiView } from '../../components/api-view.tsx';
import { BackLink } from '../../components/back-link.tsx';
import { FieldFacts } from '../../components/custom-fields.tsx';
import { State } from '../../components/order-columns.tsx';
import { IdFact } from '../../components/record-facts.tsx';
import { Section } from '../../components/section.tsx';
import { NotFound } from '../../components/states.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { ItemsSection } from './items-section.tsx';
import { OrderActions } from './order-actions.tsx';
import { TransactionsSection } from './transactions-section.tsx';

const t = texts.order;

/** Everything about one order, and what can be done with it. */
export function OrderPage() {
  const { orderId } = useParams({ from: '/shell/orders/$orderId' });
  const whole = useQuery(orderQuery(orderId));
  const order = whole.data?.order;
  const title = order === undefined ? texts.navigation.orders : t.title(orderName(order));
  useDocumentTitle(`${title} · ${texts.product}`);

  if (isMissing(whole.error)) return <NotFound />;

  return (
    <Stack gap="lg">
      <BackLink to="/orders">{texts.navigation.orders}</BackLink>
      <Group justify="space-between">
        <Stack gap={4}>
          <Group gap="sm">
            <Title order={1} className="break">
              {order === undefined ? ' ' : title}
            </Title>
            {order && (
              <Group gap={6}>
                <State value={order.status} />
                <State value={order.payment} />
                <State value={order.shipping} />
              </Group>
            )}
          </Group>
          <Text c="dimmed">{order ? t.placed(formatMoment(order.meta.timestamps.created_at)) : ' '}</Text>
        </Stack>
        {order && (
          <Group gap="sm">
            <ApiView path={`/v2/orders/${orderId}`} resource={order} />
            <OrderActions order={order} />
          </Group>
        )}
      </Group>
      <div className="sections">
        <div>
          <ItemsSection whole={whole} />
          <TransactionsSection orderId={orderId} order={order} />
        </div>
        <div>
          <Section title={t.customer} query={whole}>
            {data => <CustomerOfOrder {...data} />}
          </Section>
          <Section title={t.shippingAddress} query={whole}>
            {data => <AddressLines address={data.order.shipping_address} />}
          </Section>
          <Section title={t.billingAddress} query={whole}>
            {data => <AddressLines address={data.order.billing_address} />}
          </Section>
          {order && <CustomFields order={order} />}
          <Section title={t.details} query={whole}>
            {data => <Details {...data} />}
          </Section>
        </div>
      </div>
    </Stack>
  );
}

/** Whom the order was made by, as it was at checkout, with a link to the record that there is today. */
function CustomerOfOrder({ order, customer }: WholeOrder) {
  if (order.anonymized)
    return (
      <Text size="sm" c="dimmed">
        {t.anonymized}
      </Text>
    );
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600} className="break">
        {order.customer.name}
      </Text>
      <Text size="sm" c="dimmed" className="break">
        {order.customer.email}
      </Text>
      {customer === undefined ? (
        <Text size="sm" c="dimmed">
          {order.relationships.customer === undefined && t.guest}
        </Text>
      ) : (
        <Anchor component={Link} to={`/customers/${customer.id}`} size="sm" mt={6} underline="always" w="max-content">
          {t.openCustomer}
        </Anchor>
      )}
    </Stack>
  );
}

/** What the store has given orders beyond the contract; nothing when it has given them nothing. */
function CustomFields({ order }: { readonly order: Order }) {
  const fields = useQuery(resourceFieldsQuery('orders'));
  if (fields.data?.length === 0) return null;
  return (
    <Section title={texts.customFields} query={fields}>
      {known => <FieldFacts fields={known} resource={order} />}
    </Section>
  );
}

function Details({ order }: WholeOrder) {
  const { created_at: created, updated_at: updated } = order.meta.timestamps;
  const facts = [
    [t.number, order.order_number],
    [t.externalRef, order.external_ref],
    [t.created, formatMoment(created)],
    [t.updated, formatMoment(updated)],
  ].filter(([, value]) => value !== undefined);
  return (
    <dl className="facts">
      <IdFact label={t.id} id={order.id} />
      {facts.map(([label, value]) => (
        <Fact key={label} label={label ?? ''}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

const Fact = ({ label, children }: { readonly label: string; readonly children: React.ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd className="break">{children}</dd>
  </>
);
