import { Avatar, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Customer } from '../../../../server/src/contract.ts';
import { api, isMissing, type Tagged } from '../../api/client.ts';
import { addressesQuery, customerQuery, rereadIfChanged, sessionsQuery } from '../../api/customers.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { customerOrdersQuery } from '../../api/orders.ts';
import { useSession } from '../../api/staff.ts';
import { ApiView } from '../../components/api-view.tsx';
import { BackLink } from '../../components/back-link.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { TrashIcon } from '../../components/icons.tsx';
import { RecordFacts } from '../../components/record-facts.tsx';
import { Loaded, Section } from '../../components/section.tsx';
import { NotFound } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { AccountSection } from './account-section.tsx';
import { AddressesSection } from './addresses-section.tsx';
import { CustomerForm } from './customer-form.tsx';
import { NotesSection } from './notes-section.tsx';
import { OrdersSection } from './orders-section.tsx';
import { RelationshipsSection } from './relationships-section.tsx';
import { TagsSection } from './tags-section.tsx';
import { TimelineSection } from './timeline-section.tsx';

const t = texts.customer;

/** Everything about one customer. The sections load by themselves; one that fails leaves the others. */
export function CustomerPage() {
  const { customerId: id } = useParams({ from: '/shell/customers/$customerId' });
  const { can } = useSession();
  const customer = useQuery(customerQuery(id));
  const fields = useQuery(resourceFieldsQuery('customers'));
  const [isDeleting, setDeleting] = useState(false);
  const profile = customer.data?.data;
  useDocumentTitle(`${profile?.name ?? t.back} · ${texts.product}`);

  // Read before: somebody has deleted it meanwhile.
  if (isMissing(customer.error))
    return <NotFound {...(profile && { title: t.gone(profile.name), help: t.goneHelp })} />;

  const canWrite = can('PUT /v2/customers/:customerId');
  return (
    <Stack gap="lg">
      <BackLink to="/customers">{t.back}</BackLink>
      <Group justify="space-between">
        <Group wrap="nowrap" gap="md" miw={0} flex="1 1 240px">
          <Avatar name={profile?.name ?? ''} color="initials" size="lg" className="wide" aria-hidden="true" />
          <div style={{ minWidth: 0 }}>
            <Title order={1} className="break">
              {profile?.name ?? ' '}
            </Title>
            <Group gap={4} wrap="nowrap">
              <Text c="dimmed" className="break">
                {profile?.email ?? ' '}
              </Text>
              {profile && <CopyButton value={profile.email} label={t.email} />}
            </Group>
          </div>
        </Group>
        <Group gap="xs">
          {profile && <ApiView path={`/v2/customers/${id}`} resource={profile} />}
          {profile && can('DELETE /v2/customers/:customerId') && (
            <Button variant="default" leftSection={<TrashIcon size={16} />} onClick={() => setDeleting(true)}>
              {t.delete}
            </Button>
          )}
        </Group>
      </Group>
      <div className="sections">
        <div>
          <Section title={t.profile} query={customer} skeleton={6}>
            {current => (
              <Loaded query={fields}>
                {known => (
                  <CustomerForm
                    key={id}
                    customer={current}
                    fields={known}
                    isReadOnly={!canWrite}
                    onSaved={() => notifications.show({ message: texts.form.saved })}
                  />
                )}
              </Loaded>
            )}
          </Section>
          <AddressesSection customerId={id} />
          <OrdersSection customerId={id} />
          {can('GET /v2/customers/:customerId/logs') && <TimelineSection customerId={id} />}
        </div>
        <div>
          <TagsSection customer={customer} />
          <NotesSection customerId={id} />
          <AccountSection customerId={id} customer={customer} />
          {profile && <RelationshipsSection customer={profile} />}
          <Section title={t.details} query={customer}>
            {({ data: { meta } }) => (
              <dl className="facts">
                <RecordFacts label={t.id} id={id} meta={meta} />
              </dl>
            )}
          </Section>
        </div>
      </div>
      {isDeleting && customer.data && <DeleteCustomer customer={customer.data} onClose={() => setDeleting(false)} />}
    </Stack>
  );
}

function DeleteCustomer({
  customer: { data: customer, tag },
  onClose,
}: {
  readonly customer: Tagged<Customer>;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: sessions } = useQuery(sessionsQuery(customer.id, 1));
  const { data: addresses } = useQuery(addressesQuery(customer.id));
  const { data: orders } = useQuery(customerOrdersQuery(customer.id, 1));
  const consequences = [
    sessions && t.deleteSessions(sessions.meta.results.total),
    addresses && t.deleteAddresses(addresses.length),
    t.deleteRest,
    orders && t.deleteOrders(orders.meta.results.total),
  ].filter(Boolean);
  return (
    <Confirm
      title={t.deleteTitle(customer.name)}
      action={t.delete}
      typed={{ text: customer.email, label: t.deleteConfirm(customer.email) }}
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/v2/customers/${customer.id}`, { tag }).catch(rereadIfChanged(queries, customer.id));
        notifications.show({ message: t.deleted });
        await navigate({ to: '/customers', ignoreBlocker: true });
        queries.removeQueries({ queryKey: ['customers', customer.id] });
        await queries.invalidateQueries({ queryKey: ['customers', 'list'] });
      }}
    >
      <Text size="sm">{t.deleteHelp}</Text>
      <List size="sm">
        {consequences.map(consequence => (
          <List.Item key={consequence}>{consequence}</List.Item>
        ))}
      </List>
    </Confirm>
  );
}
