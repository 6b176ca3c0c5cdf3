import { Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Product } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { currenciesQuery } from '../../api/orders.ts';
import { BackLink } from '../../components/back-link.tsx';
import { Permitted } from '../../components/permitted.tsx';
import { Loaded } from '../../components/section.tsx';
import { texts } from '../../texts.ts';
import { ProductForm } from './product-form.tsx';

const t = texts.products;

/** A form for a new product, which opens as a page when it is saved. */
export function NewProductPage() {
  useDocumentTitle(`${t.new} · ${texts.product}`);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const currencies = useQuery(currenciesQuery);
  const fields = useQuery(resourceFieldsQuery('products'));
  return (
    <Permitted route="POST /v2/products">
      <Stack maw={640} mx="auto">
        <BackLink to="/products">{t.title}</BackLink>
        <Title order={1}>{t.new}</Title>
        <Paper withBorder p="lg">
          <Loaded query={currencies} skeleton={8}>
            {priced => (
              <Loaded query={fields}>
                {known => (
                  <ProductForm
                    currencies={priced}
                    fields={known}
                    onSave={async body => (await api.post<Product>('/v2/products', { type: 'product', ...body })).data}
                    onSaved={({ id }) => {
                      notifications.show({ message: t.created });
                      queries.invalidateQueries({ queryKey: ['products'] });
                      navigate({ to: '/products/$productId', params: { productId: id }, ignoreBlocker: true });
                    }}
                  />
                )}
              </Loaded>
            )}
          </Loaded>
        </Paper>
      </Stack>
    </Permitted>
  );
}
