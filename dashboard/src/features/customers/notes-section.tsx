import schemas from 'virtual:schemas';
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Note } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { notesPerPage, notesQuery } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { DialogActions } from '../../components/dialog-actions.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { InPlaceButtons, InPlaceDialogs, useInPlace } from '../../components/in-place.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { messageOf } from '../../components/states.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.notes;

/** What staff and back ends have noted about a customer, newest first. */
export function NotesSection({ customerId }: { readonly customerId: string }) {
  const { can } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const notes = useQuery(notesQuery(customerId, page));
  const inPlace = useInPlace<Note>();
  const canWrite = can('POST /v2/customers/:customerId/notes');
  const base = `/v2/customers/${customerId}/notes`;
  // The first page has what is new, and is there whatever was deleted.
  const refresh = async () => {
    setPage(1);
    await queries.invalidateQueries({ queryKey: ['customers', customerId, 'notes'] });
  };
  return (
    <Section
      title={t.title}
      query={notes}
      actions={
        canWrite && (
          <Button variant="default" size="xs" leftSection={<PlusIcon size={14} />} onClick={() => inPlace.edit('new')}>
            {t.add}
          </Button>
        )
      }
    >
      {({ data, meta }) => (
        <>
          {data.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <ul className="rows">
            {data.map(note => (
              <li key={note.id}>
                <NoteText note={note} />
                {canWrite && (
                  <Group gap={2} wrap="nowrap">
                    <InPlaceButtons inPlace={inPlace} thing={note} editLabel={t.edit} deleteLabel={t.delete} />
                  </Group>
                )}
              </li>
            ))}
          </ul>
          <Pager label={t.title} total={meta.results.total} page={page} size={notesPerPage} onPage={setPage} />
          <InPlaceDialogs
            inPlace={inPlace}
            base={base}
            texts={t}
            show={thing => <NoteText note={thing} />}
            form={({ thing }, onClose) => (
              <NoteForm {...(thing && { note: thing })} base={base} onClose={onClose} onSaved={refresh} />
            )}
            onDeleted={refresh}
          />
        </>
      )}
    </Section>
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
  readonly onClose: () => void;
  readonly onSaved: () => Promise<unknown>;
}

function NoteForm({ note, base, onClose, onSaved }: NoteFormProps) {
  const [content, setContent] = useState(note?.content ?? '');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const save = async () => {
    const wrong = textFault(schemas.NewNote, 'content', t.content, content);
    setFault(wrong ?? undefined);
    if (wrong !== null) return;
    setBusy(true);
    try {
      const data = { type: 'note', content };
      await (note === undefined ? api.post<Note>(base, data) : api.put<Note>(`${base}/${note.id}`, data));
      notifications.show({ message: note === undefined ? t.added : t.saved });
      onClose();
      await onSaved();
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={note === undefined ? t.new : t.edit}
      closeButtonProps={{ 'aria-label': texts.form.cancel }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <Stack>
          <Textarea
            label={t.content}
            value={content}
            onChange={event => setContent(event.currentTarget.value)}
            autosize
            minRows={4}
            maxRows={14}
            data-autofocus
          />
          <DialogActions fault={fault} onClose={onClose}>
            <Button type="submit" disabled={content === (note?.content ?? '')} loading={isBusy}>
              {texts.form.save}
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}
