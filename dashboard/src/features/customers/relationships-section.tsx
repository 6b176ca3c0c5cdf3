import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Customer, Field } from '../../../../server/src/contract.ts';
import { relationshipFieldsQuery } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { isChoosable, namedTargetsQuery, relationshipOf } from '../../api/targets.ts';
import { Section } from '../../components/section.tsx';
import { TargetLink } from '../../components/target-link.tsx';
import { texts } from '../../texts.ts';
import { RelationshipEditor } from './relationship-editor.tsx';

const t = texts.relationships;

/** What the relationship fields of a customer point to; nothing when the store has none. */
export function RelationshipsSection({ customer }: { readonly customer: Customer }) {
  const { can } = useSession();
  const fields = useQuery(relationshipFieldsQuery('customers'));
  if (fields.data?.length === 0) return null;
  const mayWrite = can('POST /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug');
  return (
    <Section title={t.title} query={fields}>
      {known => (
        <Stack gap="md">
          {known.map(field => (
            <Relationship key={field.id} {...{ customer, field }} isReadOnly={!mayWrite} />
          ))}
        </Stack>
      )}
    </Section>
  );
}

interface RelationshipProps {
  readonly customer: Customer;
  readonly field: Field;
  readonly isReadOnly: boolean;
}

function Relationship({ customer, field, isReadOnly }: RelationshipProps) {
  const { kind, isToMany } = relationshipOf(field);
  const targets = [customer.relationships?.[field.slug]?.data ?? []].flat();
  const named = useQuery({
    ...namedTargetsQuery(
      kind,
      targets.map(({ id }) => id),
    ),
    enabled: isChoosable(kind),
  });
  const labels = new Map(named.data?.map(({ id, label }) => [id, label]));
  const choices = targets.map(target => ({
    ...target,
    label: labels.get(target.id) ?? t.target(target.type, target.id),
  }));
  return (
    <div>
      {isReadOnly || !isChoosable(kind) ? (
        <Text size="sm" c="dimmed">
          {field.name}
        </Text>
      ) : (
        <RelationshipEditor customerId={customer.id} {...{ field, kind, isToMany }} targets={choices} />
      )}
      {choices.length === 0 ? (
        isReadOnly && <Text size="sm">{t.none}</Text>
      ) : (
        <ul className="rows">
          {choices.map(target => (
            <li key={`${target.type} ${target.id}`}>
              <TargetLink {...target} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
