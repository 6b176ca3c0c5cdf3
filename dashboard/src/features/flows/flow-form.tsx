import schemas from 'virtual:schemas';
import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Flow } from '../../../../server/src/contract.ts';
import { isCoreFlow } from '../../../../server/src/modules/flows/core-flows.ts';
import { isFlowSlugFree } from '../../../../server/src/modules/flows/slugs.ts';
import { api } from '../../api/client.ts';
import { forgetFields } from '../../api/flows.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { slugOf } from '../../slugs.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';
import { resourceSlugs } from './resources.ts';

const t = texts.flows;
const labels = { name: t.name, slug: t.slug, description: t.description };
/** Of the choice of a resource: none, but one of its own. */
const own = '';

interface FlowFormProps {
  /** Undefined for a new one. */
  readonly flow?: Flow;
  /** Those that there are: a resource has one flow. */
  readonly flows: readonly Flow[];
  readonly onClose: () => void;
  readonly onSaved: (flow: Flow) => unknown;
}

/** A dialog in which a flow is made or changed. What it extends is chosen once. */
export function FlowForm({ flow, flows, onClose, onSaved }: FlowFormProps) {
  const queries = useQueryClient();
  const refusals = useRefusals();
  const free = resourceSlugs.filter(slug => !flows.some(other => other.slug === slug));
  const [resource, setResource] = useState(
    flow === undefined ? (free[0] ?? own) : isCoreFlow(flow.slug) ? flow.slug : own,
  );
  const form = useForm({
    initialValues: {
      name: flow?.name ?? t.resources[resource] ?? '',
      slug: flow?.slug ?? resource,
      description: flow?.description ?? '',
      enabled: flow?.enabled ?? true,
    },
    validateInputOnBlur: true,
    validate: values => ({
      name: textFault(schemas.NewFlow, 'name', t.name, values.name),
      slug:
        textFault(schemas.NewFlow, 'slug', t.slug, values.slug) ??
        (isFlowSlugFree(values.slug) ? null : texts.rules.reserved(t.slug)) ??
        refusals.faultOf('slug', values.slug),
      description: textFault({ ...schemas.NewFlow, required: [] }, 'description', t.description, values.description),
    }),
  });

  const choose = (slug: string) => {
    setResource(slug);
    form.setValues({ name: t.resources[slug] ?? '', slug });
    form.clearErrors();
  };
  const setName = (name: string) => {
    // Until somebody writes a slug, it follows the name.
    const follows = flow === undefined && resource === own && form.values.slug === slugOf(form.values.name, '-');
    form.setFieldValue('name', name);
    if (follows) form.setFieldValue('slug', slugOf(name, '-'));
  };
  const save = async (values: typeof form.values) => {
    const data = { type: 'flow', ...values };
    const { data: saved } = await (flow === undefined
      ? api.post<Flow>('/v2/flows', data)
      : api.put<Flow>(`/v2/flows/${flow.id}`, data));
    notifications.show({ message: flow === undefined ? t.created : t.saved });
    await onSaved(saved);
    await forgetFields(queries);
    return true;
  };

  return (
    <FormDialog
      title={flow === undefined ? t.add : t.editTitle}
      {...(flow === undefined && { action: t.create, isReady: true })}
      {...{ form, labels, refusals, onSave: save, onClose }}
    >
      {flow === undefined && (
        <Select
          label={t.resource}
          data={[
            ...free.map(slug => ({ value: slug, label: t.resources[slug] ?? slug })),
            { value: own, label: t.ownResource },
          ]}
          value={resource}
          onChange={value => choose(value ?? own)}
          allowDeselect={false}
          data-autofocus
        />
      )}
      <TextInput
        label={t.name}
        {...form.getInputProps('name')}
        onChange={event => setName(event.currentTarget.value)}
      />
      {resource === own && <TextInput label={t.slug} description={t.slugHelp} {...form.getInputProps('slug')} />}
      <Textarea label={t.description} autosize minRows={2} maxRows={8} {...form.getInputProps('description')} />
      <Switch label={t.enabled} description={t.enabledHelp} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormDialog>
  );
}
