import { Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { BackLink } from '../../components/back-link.tsx';
import { Permitted } from '../../components/permitted.tsx';
import { Loaded } from '../../components/section.tsx';
import { texts } from '../../texts.ts';
import { CustomerForm } from './customer-form.tsx';

const t = texts.customer;

/** A form for a new customer, which opens as a page when it is saved. */
export function NewCustomerPage() {
  useDocumentTitle(`${t.new} · ${texts.product}`);
  const navigate = useNavigate();
  const fields = useQuery(resourceFieldsQuery('customers'));
  return (
    <Permitted route="POST /v2/customers">
      <Stack maw={640} mx="auto">
        <BackLink to="/customers">{t.back}</BackLink>
        <Title order={1}>{t.new}</Title>
        <Paper withBorder p="lg">
          <Loaded query={fields} skeleton={5}>
            {known => (
              <CustomerForm
                fields={known}
                submitLabel={t.create}
                onSaved={({ id }) => {
                  notifications.show({ message: t.created_ });
                  navigate({ to: '/customers/$customerId', params: { customerId: id }, ignoreBlocker: true });
                }}
              />
            )}
          </Loaded>
        </Paper>
      </Stack>
    </Permitted>
  );
}
