import { ActionIcon, Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Field } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { type FlowWithFields, flowQuery, forgetFields } from '../../api/flows.ts';
import { useSession } from '../../api/staff.ts';
import { DownIcon, PlusIcon, UpIcon } from '../../components/icons.tsx';
import { InPlaceButtons, InPlaceDialogs, useInPlace } from '../../components/in-place.tsx';
import { Section } from '../../components/section.tsx';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { formatFieldValue, formatValue } from '../../values.ts';
import { FieldForm } from './field-form.tsx';
import { Label } from './labels.tsx';
import { ownersOf } from './resources.ts';

const t = texts.fields;

/** The fields of a flow in their order: made, changed and moved in place. */
export function FieldsSection({ whole }: { readonly whole: UseQueryResult<FlowWithFields> }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const inPlace = useInPlace<Field>();
  const canWrite = can('PUT /v2/fields/:fieldId');
  return (
    <Section
      title={t.title}
      query={whole}
      actions={
        canWrite && (
          <Button variant="default" size="xs" leftSection={<PlusIcon size={14} />} onClick={() => inPlace.edit('new')}>
            {t.add}
          </Button>
        )
      }
    >
      {({ flow, fields }) => (
        <>
          {fields.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <FieldList flow={flow} fields={fields} isReadOnly={!canWrite}>
            {field => (
              <InPlaceButtons
                inPlace={inPlace}
                thing={field}
                editLabel={`${t.edit}: ${field.name}`}
                deleteLabel={`${t.delete}: ${field.name}`}
              />
            )}
          </FieldList>
          <InPlaceDialogs
            inPlace={inPlace}
            base="/v2/fields"
            texts={t}
            show={({ name }) => <Text size="sm">{t.deleteHelp(name, ownersOf(flow))}</Text>}
            typed={({ slug }) => ({ text: slug, label: t.deleteConfirm(slug) })}
            form={({ thing }, onClose) => (
              <FieldForm
                {...(thing && { field: thing })}
                flow={flow}
                order={placeAfter(fields)}
                onClose={onClose}
                onSaved={() => forgetFields(queries)}
              />
            )}
            onDeleted={() => forgetFields(queries)}
          />
        </>
      )}
    </Section>
  );
}

/** The place of a new field, which is the last: those without one are the last anyway, by their age. */
function placeAfter(fields: readonly Field[]): number | null {
  const last = fields.at(-1);
  return last === undefined ? 1 : last.order === null ? null : Math.min(last.order + 1, 2 ** 31 - 1);
}

interface FieldListProps extends FlowWithFields {
  readonly isReadOnly: boolean;
  /** What else can be done with a field. */
  readonly children: (field: Field) => React.ReactNode;
}

function FieldList({ flow, fields, isReadOnly, children }: FieldListProps) {
  const { move, isMoving, moved } = useMove({ flow, fields });
  return (
    <>
      <ul className="rows" aria-label={t.title}>
        {fields.map((field, place) => (
          <li key={field.id}>
            <FieldFacts field={field} />
            {!isReadOnly && (
              <Group gap={2} wrap="nowrap">
                {/* They keep the focus at the ends of the list, too. */}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t.up(field.name)}
                  data-disabled={place === 0 || isMoving}
                  aria-disabled={place === 0 || isMoving}
                  onClick={() => move(field, -1)}
                >
                  <UpIcon size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t.down(field.name)}
                  data-disabled={place === fields.length - 1 || isMoving}
                  aria-disabled={place === fields.length - 1 || isMoving}
                  onClick={() => move(field, 1)}
                >
                  <DownIcon size={16} />
                </ActionIcon>
                {children(field)}
              </Group>
            )}
          </li>
        ))}
      </ul>
      <VisuallyHidden role="status">{moved}</VisuallyHidden>
    </>
  );
}

/** Moves a field up or down: shown at once, and numbers the fields anew where that changes anything. */
function useMove({ flow, fields }: FlowWithFields) {
  const queries = useQueryClient();
  const [isMoving, setMoving] = useState(false);
  const [moved, setMoved] = useState('');
  const move = async (field: Field, by: 1 | -1) => {
    const from = fields.indexOf(field);
    const to = from + by;
    if (isMoving || to < 0 || to >= fields.length) return;
    setMoving(true);
    const ordered = fields
      .toSpliced(from, 1)
      .toSpliced(to, 0, field)
      .map((each, index) => ({ ...each, order: index + 1 }));
    queries.setQueryData(flowQuery(flow.slug).queryKey, { flow, fields: ordered });
    let said = t.moved(field.name, to + 1, fields.length);
    try {
      for (const { id, order } of ordered)
        if (fields.find(each => each.id === id)?.order !== order)
          await api.put<Field>(`/v2/fields/${id}`, { type: 'field', order });
    } catch (error) {
      said = messageOf(error);
      notifications.show({ color: 'red', message: said });
    }
    await forgetFields(queries);
    setMoving(false);
    setMoved(said);
  };
  return { move, isMoving, moved };
}

function FieldFacts({ field }: { readonly field: Field }) {
  const { name, slug, required, unique, searchable, enabled } = field;
  const labels = [required && t.required, unique && t.unique, searchable && t.searchable, !enabled && t.disabled];
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap={6}>
        <Text size="sm" fw={550} className="break">
          {name}
        </Text>
        {labels
          .filter(label => label !== false)
          .map(label => (
            <Label key={label}>{label}</Label>
          ))}
      </Group>
      <Text size="xs" c="dimmed" className="break">
        {[slug, t.types[field.field_type], ...ruleFacts(field)].join(' · ')}
      </Text>
    </div>
  );
}

function ruleFacts(field: Field): string[] {
  const { validation_rules: rules, default: value } = field;
  const facts = rules.map(({ type: rule, options, to }) => {
    switch (rule) {
      case 'enum':
        return t.oneOf((options as readonly (string | number)[]).map(formatValue));
      case 'between': {
        const bounds = options as { readonly from: number; readonly to: number };
        return t.bounds(formatValue(bounds.from), formatValue(bounds.to));
      }
      case 'email':
      case 'slug':
        return t.formats[rule];
      default:
        return t.pointsTo(rule === 'one-to-many', to ?? '');
    }
  });
  if (value === null) return facts;
  return [...facts, t.hasDefault(formatFieldValue(field, value))];
}
