import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { isCoreFlow } from '../../../../server/src/modules/flows/core-flows.ts';
import { api, isMissing } from '../../api/client.ts';
import { entryCountQuery, type FlowWithFields, flowQuery, flowsQuery, forgetFields } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { BackLink } from '../../components/back-link.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { EditIcon, TrashIcon } from '../../components/icons.tsx';
import { RecordFacts } from '../../components/record-facts.tsx';
import { Section } from '../../components/section.tsx';
import { NotFound } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { FieldsSection } from './fields-section.tsx';
import { FlowForm } from './flow-form.tsx';
import { Label } from './labels.tsx';
import { ownersOf, resourceOf } from './resources.ts';

const t = texts.flows;

/** A flow, with its fields in their order. */
export function FlowPage() {
  const { flowSlug } = useParams({ from: '/shell/flows/$flowSlug' });
  const { can } = useSession();
  const navigate = useNavigate();
  const whole = useQuery(flowQuery(flowSlug));
  const flows = useQuery(flowsQuery);
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const flow = whole.data?.flow;
  useDocumentTitle(`${flow?.name ?? t.title} · ${texts.product}`);

  if (isMissing(whole.error)) return <NotFound />;

  const close = () => setDialog(undefined);
  return (
    <Stack gap="lg">
      <BackLink to="/flows">{t.title}</BackLink>
      <Group justify="space-between">
        <div style={{ minWidth: 0, flex: '1 1 240px' }}>
          <Group gap="sm">
            <Title order={1} className="break">
              {flow?.name ?? ' '}
            </Title>
            {flow?.enabled === false && <Label>{t.disabled}</Label>}
          </Group>
          <Text c="dimmed" className="break lines">
            {flow?.description ?? ' '}
          </Text>
        </div>
        <Group gap="sm">
          {flow && can('PUT /v2/flows/:flowId') && (
            <Button variant="default" leftSection={<EditIcon size={16} />} onClick={() => setDialog('edit')}>
              {t.edit}
            </Button>
          )}
          {flow && can('DELETE /v2/flows/:flowId') && (
            <Button variant="default" leftSection={<TrashIcon size={16} />} onClick={() => setDialog('delete')}>
              {t.delete}
            </Button>
          )}
        </Group>
      </Group>
      <div className="sections">
        <div>
          <FieldsSection whole={whole} />
        </div>
        <div>
          <Section title={t.details} query={whole}>
            {({ flow: { id, slug, meta }, flow: shown }) => (
              <dl className="facts">
                <dt>{t.resource}</dt>
                <dd>{resourceOf(shown)}</dd>
                <dt>{t.slug}</dt>
                <dd className="break">{slug}</dd>
                <RecordFacts label={t.id} id={id} meta={meta} />
              </dl>
            )}
          </Section>
        </div>
      </div>
      {dialog === 'edit' && flow && (
        <FlowForm
          flow={flow}
          flows={flows.data ?? []}
          onClose={close}
          onSaved={({ slug }) =>
            navigate({ to: '/flows/$flowSlug', params: { flowSlug: slug }, replace: true, ignoreBlocker: true })
          }
        />
      )}
      {dialog === 'delete' && whole.data && <DeleteFlow {...whole.data} onClose={close} />}
    </Stack>
  );
}

function DeleteFlow({ flow, fields, onClose }: FlowWithFields & { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isOwn = !isCoreFlow(flow.slug);
  const entries = useQuery({ ...entryCountQuery(flow.slug), enabled: isOwn });
  return (
    <Confirm
      title={t.deleteTitle(flow.name)}
      action={t.delete}
      typed={{ text: flow.slug, label: t.deleteConfirm(flow.slug) }}
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/v2/flows/${flow.id}`);
        notifications.show({ message: t.deleted });
        await navigate({ to: '/flows' });
        await forgetFields(queries);
      }}
    >
      <Text size="sm">{isOwn ? t.deleteEntries(entries.data) : t.deleteFields(fields.length, ownersOf(flow))}</Text>
    </Confirm>
  );
}
