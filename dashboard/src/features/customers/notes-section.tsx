import schemas from 'virtual:schemas';
import { Group, Modal, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Note } from '../../../../server/src/contract.ts';
import { api, type Tagged } from '../../api/client.ts';
import { noteQuery, notesPerPage, notesQuery, refreshCustomer } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import type { FieldValue } from '../../components/field-input.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useGuardedSave } from '../../components/guarded-save.tsx';
import { InPlaceSection, useInPlace } from '../../components/in-place.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { ErrorState } from '../../components/states.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.notes;
type Values = Record<string, FieldValue>;

/** What staff and back ends have noted about a customer, newest first. */
export function NotesSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const base = `/v2/customers/${customerId}/notes`;
  const inPlace = useInPlace<Note>();
  const chosen = inPlace.edited === 'new' ? undefined : (inPlace.edited ?? inPlace.deleted);
  const state = useQuery({ ...noteQuery(customerId, chosen?.id ?? ''), enabled: chosen !== undefined });
  // The first page has what is new, and is there whatever was deleted.
  const refresh = async () => {
    setPage(1);
    await refreshCustomer(queries, customerId, 'notes');
  };
  return (
    <InPlaceSection
      texts={t}
      query={useQuery(notesQuery(customerId, page))}
      thingsOf={({ data }) => data}
      inPlace={inPlace}
      state={state}
      base={base}
      canWrite={can('POST /v2/customers/:customerId/notes')}
      className="rows"
      item={(note, buttons) => (
        <>
          <NoteText note={note} />
          <Group gap={2} wrap="nowrap">
            {buttons}
          </Group>
        </>
      )}
      foot={({ meta }) => (
        <Pager label={t.title} total={meta.results.total} page={page} size={notesPerPage} onPage={setPage} />
      )}
      show={note => <NoteText note={note} />}
      form={({ thing }, onClose) => {
        const shared = { base, onClose, onSaved: refresh };
        if (thing === undefined) return <NoteForm {...shared} />;
        if (state.data !== undefined) return <NoteForm {...shared} note={state.data} />;
        return (
          <Modal opened={state.isError} onClose={onClose} title={t.edit}>
            <ErrorState error={state.error} />
          </Modal>
        );
      }}
      onDeleted={refresh}
    />
  );
}

function NoteText({ note: { content, author, meta } }: { readonly note: Note }) {
  const { created_at: created, updated_at: updated } = meta.timestamps;
  const facts = [t.by(author, formatMoment(created)), updated !== created && t.edited(formatMoment(updated))];
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="sm" className="break lines">
        {content}
      </Text>
      <Text size="xs" c="dimmed" className="break">
        {facts.filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}

interface NoteFormProps {
  /** Undefined for a new one. */
  readonly note?: Tagged<Note>;
  readonly base: string;
  readonly onSaved: () => Promise<unknown>;
  readonly onClose: () => void;
}

function NoteForm({ note, base, onSaved, onClose }: NoteFormProps) {
  const labels = { content: t.content };
  const refusals = useRefusals();
  const form = useForm({
    initialValues: { content: note?.data.content ?? '' } as Values,
    validateInputOnBlur: true,
    validate: {
      content: value =>
        textFault(schemas.NewNote, 'content', t.content, String(value)) ?? refusals.faultOf('content', value),
    },
  });
  const url = `${base}/${note?.data.id}`;
  const toBody = ({ content = '' }: Values) => ({ type: 'note', content });
  const guarded = useGuardedSave({
    ...{ form, current: note, labels },
    valuesOf: ({ content }: Note): Values => ({ content }),
    read: () => api.getTagged<Note>(url),
    write: (values, _, tag) => api.putTagged<Note>(url, toBody(values), tag),
  });
  const save = async (values: Values) => {
    const saved = await (note === undefined ? api.postTagged<Note>(base, toBody(values)) : guarded.save(values));
    if (saved === undefined) return false;
    notifications.show({ message: note === undefined ? t.added : t.saved });
    await onSaved();
    return true;
  };
  return (
    <>
      <FormDialog title={note === undefined ? t.new : t.edit} {...{ form, labels, refusals, onSave: save, onClose }}>
        <Textarea
          label={t.content}
          autosize
          minRows={4}
          maxRows={14}
          data-autofocus
          {...form.getInputProps('content')}
        />
      </FormDialog>
      {guarded.dialog}
    </>
  );
}
