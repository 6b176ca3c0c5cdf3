import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Flow } from '../../../../server/src/contract.ts';
import { fieldCountsQuery, flowsQuery } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { PlusIcon } from '../../components/icons.tsx';
import { type Column, ResourceTable } from '../../components/resource-table.tsx';
import { EmptyPage, ErrorState } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { FlowForm } from './flow-form.tsx';
import { Label } from './labels.tsx';
import { resourceOf } from './resources.ts';

const t = texts.flows;

const columnsWith = (counts: ReadonlyMap<string, number> | undefined): readonly Column<Flow>[] => [
  {
    key: 'name',
    title: t.columns.name,
    render: flow => (
      <>
        <Link to="/flows/$flowSlug" params={{ flowSlug: flow.slug }} className="link break">
          {flow.name}
        </Link>
        <Text size="sm" c="dimmed" className="break">
          {flow.slug}
        </Text>
      </>
    ),
  },
  { key: 'resource', title: t.columns.resource, isSecondary: true, render: resourceOf },
  {
    key: 'fields',
    title: t.columns.fields,
    isNumber: true,
    render: ({ id }) => (counts === undefined ? '' : (counts.get(id) ?? 0).toLocaleString()),
  },
  { key: 'state', title: t.columns.state, render: ({ enabled }) => <Label>{enabled ? t.enabled : t.disabled}</Label> },
];

/** The flows of the store: sets of fields that it has given to resources, or that are resources of their own. */
export function FlowListPage() {
  useDocumentTitle(`${t.title} · ${texts.product}`);
  const { can } = useSession();
  const navigate = useNavigate();
  const flows = useQuery(flowsQuery);
  const counts = useQuery(fieldCountsQuery);
  const [isCreating, setCreating] = useState(false);
  const add = can('POST /v2/flows') && (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setCreating(true)}>
      {t.add}
    </Button>
  );
  const rows = flows.data;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t.title}</Title>
        {rows?.length !== 0 && add}
      </Group>
      {flows.isError ? (
        <ErrorState error={flows.error} onRetry={() => flows.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyPage title={t.emptyTitle} help={t.emptyHelp}>
          {add}
        </EmptyPage>
      ) : (
        <ResourceTable
          label={t.title}
          columns={columnsWith(counts.data)}
          rows={rows}
          // The API lists them all at once.
          {...{ total: rows?.length ?? 0, page: 1, size: rows?.length ?? 0, isStale: false }}
          onPage={() => undefined}
        />
      )}
      {isCreating && rows && (
        <FlowForm
          flows={rows}
          onClose={() => setCreating(false)}
          onSaved={({ slug }) => navigate({ to: '/flows/$flowSlug', params: { flowSlug: slug }, ignoreBlocker: true })}
        />
      )}
    </Stack>
  );
}
