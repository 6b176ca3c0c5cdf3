import { Group, Pill, Text } from '@mantine/core';
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Customer } from '../../../../server/src/contract.ts';
import { nextBulkStep } from '../../api/bulk.ts';
import type { Tagged } from '../../api/client.ts';
import { refreshCustomer } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { Section } from '../../components/section.tsx';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { toLabelled } from '../../validation.ts';
import { TagsField } from './tags-field.tsx';

const t = texts.tags;

/** The tags of a customer. Each is added and removed at once, and undoes none that somebody else sets meanwhile. */
export function TagsSection({ customer }: { readonly customer: UseQueryResult<Tagged<Customer>> }) {
  const { can } = useSession();
  return (
    <Section title={t.title} query={customer} skeleton={1}>
      {({ data: current }) =>
        can('POST /v2/customers/bulk/tags') ? <TagsEditor customer={current} /> : <Tags tags={current.tags ?? []} />
      }
    </Section>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t.none}
      </Text>
    );
  return (
    <Group gap={6}>
      {tags.map(tag => (
        <Pill key={tag} className="break">
          {tag}
        </Pill>
      ))}
    </Group>
  );
}

function TagsEditor({ customer: { id, tags = [] } }: { readonly customer: Customer }) {
  const queries = useQueryClient();
  /** What is being saved; undefined: nothing. */
  const [next, setNext] = useState<readonly string[]>();
  const [fault, setFault] = useState<string>();
  const save = async (wanted: readonly string[]) => {
    const add_tags = wanted.filter(tag => !tags.includes(tag));
    const remove_tags = tags.filter(tag => !wanted.includes(tag));
    if (add_tags.length + remove_tags.length === 0) return;
    setNext(wanted);
    setFault(undefined);
    try {
      const { failures } = await nextBulkStep({ kind: 'tags', add_tags, remove_tags }, { ids: [id] });
      setFault(failures[0]?.reason);
    } catch (error) {
      setFault(toLabelled(messageOf(error), t.title));
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['customers', id], exact: true }),
      refreshCustomer(queries, id),
      queries.invalidateQueries({ queryKey: ['customers', 'tags'] }),
    ]);
    setNext(undefined);
  };
  return (
    <TagsField
      label={t.add}
      isLabelHidden
      isSavedAtOnce
      value={next ?? tags}
      onChange={save}
      isDisabled={next !== undefined}
      error={fault}
    />
  );
}
