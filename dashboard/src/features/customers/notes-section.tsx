import schemas from 'virtual:schemas';
import { Group, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Note } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { notesPerPage, notesQuery } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { InPlaceSection, useInPlace } from '../../components/in-place.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.notes;

/** What staff and back ends have noted about a customer, newest first. */
export function NotesSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const base = `/v2/customers/${customerId}/notes`;
  // The first page has what is new, and is there whatever was deleted.
  const refresh = async () => {
    setPage(1);
    await queries.invalidateQueries({ queryKey: ['customers', customerId, 'notes'] });
  };
  return (
    <InPlaceSection
      texts={t}
      query={useQuery(notesQuery(customerId, page))}
      thingsOf={({ data }) => data}
      inPlace={useInPlace<Note>()}
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
      form={({ thing }, onClose) => (
        <NoteForm {...(thing && { note: thing })} base={base} onClose={onClose} onSaved={refresh} />
      )}
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
  readonly note?: Note;
  readonly base: string;
  readonly onSaved: () => Promise<unknown>;
  readonly onClose: () => void;
}

function NoteForm({ note, base, onSaved, onClose }: NoteFormProps) {
  const labels = { content: t.content };
  const refusals = useRefusals();
  const form = useForm({
    initialValues: { content: note?.content ?? '' },
    validateInputOnBlur: true,
    validate: {
      content: value => textFault(schemas.NewNote, 'content', t.content, value) ?? refusals.faultOf('content', value),
    },
  });
  const save = async ({ content }: { readonly content: string }) => {
    const data = { type: 'note', content };
    await (note === undefined ? api.post<Note>(base, data) : api.put<Note>(`${base}/${note.id}`, data));
    notifications.show({ message: note === undefined ? t.added : t.saved });
    await onSaved();
    return true;
  };
  return (
    <FormDialog title={note === undefined ? t.new : t.edit} {...{ form, labels, refusals, onSave: save, onClose }}>
      <Textarea label={t.content} autosize minRows={4} maxRows={14} data-autofocus {...form.getInputProps('content')} />
    </FormDialog>
  );
}
