import { ActionIcon } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { Confirm } from './confirm.tsx';
import { EditIcon, TrashIcon } from './icons.tsx';

/** Which of the things of a section is edited in a dialog, and which one is about to be deleted. */
export function useInPlace<T extends { readonly id: string }>() {
  const [edited, edit] = useState<T | 'new'>();
  const [deleted, remove] = useState<T>();
  return { edited, edit, deleted, remove };
}

type InPlace<T extends { readonly id: string }> = ReturnType<typeof useInPlace<T>>;

interface InPlaceButtonsProps<T extends { readonly id: string }> {
  readonly inPlace: InPlace<T>;
  readonly thing: T;
  readonly editLabel: string;
  readonly deleteLabel: string;
}

/** The buttons beside a thing that can be edited and deleted. */
export function InPlaceButtons<T extends { readonly id: string }>(props: InPlaceButtonsProps<T>) {
  const { inPlace, thing, editLabel, deleteLabel } = props;
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label={editLabel} onClick={() => inPlace.edit(thing)}>
        <EditIcon size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={deleteLabel} onClick={() => inPlace.remove(thing)}>
        <TrashIcon size={16} />
      </ActionIcon>
    </>
  );
}

interface InPlaceDialogsProps<T extends { readonly id: string }> {
  readonly inPlace: InPlace<T>;
  /** Where the things are, for the API. */
  readonly base: string;
  readonly texts: { readonly delete: string; readonly deleteTitle: string; readonly deleted: string };
  /** What is shown of a thing before it is deleted. */
  readonly show: (thing: T) => ReactNode;
  /** What must be typed before it is deleted. */
  readonly typed?: (thing: T) => { readonly text: string; readonly label: string };
  /** The form of a thing; of a new one when there is none. */
  readonly form: (thing: { readonly thing?: T }, onClose: () => void) => ReactNode;
  readonly onDeleted: () => Promise<unknown>;
}

/** The dialog in which a thing is edited, and the one that asks before it is deleted. */
export function InPlaceDialogs<T extends { readonly id: string }>(props: InPlaceDialogsProps<T>) {
  const { inPlace, base, texts: t, show, typed, form, onDeleted } = props;
  const { edited, edit, deleted, remove } = inPlace;
  return (
    <>
      {edited !== undefined && form(edited === 'new' ? {} : { thing: edited }, () => edit(undefined))}
      {deleted !== undefined && (
        <Confirm
          title={t.deleteTitle}
          action={t.delete}
          {...(typed && { typed: typed(deleted) })}
          onClose={() => remove(undefined)}
          onConfirm={async () => {
            await api.delete(`${base}/${deleted.id}`);
            notifications.show({ message: t.deleted });
            remove(undefined);
            await onDeleted();
          }}
        >
          {show(deleted)}
        </Confirm>
      )}
    </>
  );
}
