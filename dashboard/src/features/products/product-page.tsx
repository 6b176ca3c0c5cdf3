import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Product } from '../../../../server/src/contract.ts';
import { api, isMissing } from '../../api/client.ts';
import { resourceFieldsQuery } from '../../api/flows.ts';
import { currenciesQuery } from '../../api/orders.ts';
import { productQuery } from '../../api/products.ts';
import { useSession } from '../../api/staff.ts';
import { BackLink } from '../../components/back-link.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { TrashIcon } from '../../components/icons.tsx';
import { RecordFacts } from '../../components/record-facts.tsx';
import { Loaded, Section } from '../../components/section.tsx';
import { NotFound } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { ProductForm } from './product-form.tsx';
import { StockSection } from './stock-section.tsx';

const t = texts.products;

/** A product with its stock. */
export function ProductPage() {
  const { productId: id } = useParams({ from: '/shell/products/$productId' });
  const { can } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const product = useQuery(productQuery(id));
  const currencies = useQuery(currenciesQuery);
  const fields = useQuery(resourceFieldsQuery('products'));
  const [isDeleting, setDeleting] = useState(false);
  useDocumentTitle(`${product.data?.name ?? t.title} · ${texts.product}`);

  if (isMissing(product.error)) return <NotFound />;

  const remove = async () => {
    await api.delete(`/v2/products/${id}`);
    notifications.show({ message: t.deleted });
    await navigate({ to: '/products', ignoreBlocker: true });
    queries.removeQueries({ queryKey: ['products', id] });
    await queries.invalidateQueries({ queryKey: ['products', 'list'] });
  };
  return (
    <Stack gap="lg">
      <BackLink to="/products">{t.title}</BackLink>
      <Group justify="space-between">
        <div style={{ minWidth: 0, flex: '1 1 240px' }}>
          <Title order={1} className="break">
            {product.data?.name ?? ' '}
          </Title>
          <Text c="dimmed" className="break">
            {product.data?.sku ?? ' '}
          </Text>
        </div>
        {product.data && can('DELETE /v2/products/:productId') && (
          <Button variant="default" leftSection={<TrashIcon size={16} />} onClick={() => setDeleting(true)}>
            {t.delete}
          </Button>
        )}
      </Group>
      <div className="sections">
        <div>
          <Section title={t.profile} query={product} skeleton={8}>
            {current => (
              <Loaded query={currencies}>
                {priced => (
                  <Loaded query={fields}>
                    {known => (
                      <ProductForm
                        key={current.id}
                        product={current}
                        currencies={priced}
                        fields={known}
                        isReadOnly={!can('PUT /v2/products/:productId')}
                        onSave={async body =>
                          (await api.put<Product>(`/v2/products/${id}`, { type: 'product', ...body })).data
                        }
                        onSaved={saved => {
                          queries.setQueryData(productQuery(id).queryKey, saved);
                          queries.invalidateQueries({ queryKey: ['products', 'list'] });
                          notifications.show({ message: texts.form.saved });
                        }}
                      />
                    )}
                  </Loaded>
                )}
              </Loaded>
            )}
          </Section>
        </div>
        <div>
          <StockSection productId={id} isManaged={product.data?.manage_stock} />
          <Section title={t.details} query={product}>
            {({ meta }) => (
              <dl className="facts">
                <RecordFacts label={t.id} id={id} meta={meta} />
              </dl>
            )}
          </Section>
        </div>
      </div>
      {isDeleting && product.data && (
        <Confirm
          title={t.deleteTitle(product.data.name)}
          action={t.delete}
          onClose={() => setDeleting(false)}
          onConfirm={remove}
        >
          <Text size="sm">{t.deleteHelp}</Text>
        </Confirm>
      )}
    </Stack>
  );
}
