import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Customer, Target } from '../../../../server/src/contract.ts';
import { relationshipFieldsQuery } from '../../api/flows.ts';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts.ts';

const t = texts.relationships;

/** What the relationship fields of a customer point to; nothing when the store has none. They are set through the API. */
export function RelationshipsSection({ customer }: { readonly customer: Customer }) {
  const fields = useQuery(relationshipFieldsQuery('customers'));
  if (fields.data?.length === 0) return null;
  return (
    <Section title={t.title} query={fields}>
      {known => (
        <Stack gap="sm">
          {known.map(({ id, name, slug }) => (
            <div key={id}>
              <Text size="sm" c="dimmed">
                {name}
              </Text>
              <Targets targets={[customer.relationships?.[slug]?.data ?? []].flat()} />
            </div>
          ))}
          <Text size="xs" c="dimmed">
            {t.help}
          </Text>
        </Stack>
      )}
    </Section>
  );
}

function Targets({ targets }: { readonly targets: readonly Target[] }) {
  if (targets.length === 0) return <Text size="sm">{t.none}</Text>;
  return (
    <ul className="rows">
      {targets.map(target => (
        <li key={`${target.type} ${target.id}`}>
          <TargetLink {...target} />
        </li>
      ))}
    </ul>
  );
}

function TargetLink({ type, id }: Target) {
  const said = t.target(type, id);
  const look = { className: 'link break' };
  switch (type) {
    case 'customer':
      return (
        <Link to="/customers/$customerId" params={{ customerId: id }} {...look}>
          {said}
        </Link>
      );
    case 'order':
      return (
        <Link to="/orders/$orderId" params={{ orderId: id }} {...look}>
          {said}
        </Link>
      );
    case 'product':
      return (
        <Link to="/products/$productId" params={{ productId: id }} {...look}>
          {said}
        </Link>
      );
    default:
      return <Text size="sm">{said}</Text>;
  }
}
