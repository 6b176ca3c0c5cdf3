import { ActionIcon, Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, isOutdated, type Tagged } from '../api/client.ts';
import { Confirm } from './confirm.tsx';
import { EditIcon, PlusIcon, TrashIcon } from './icons.tsx';
import { Section } from './section.tsx';

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
  /** The thing that was chosen, as it is now: it is deleted in this state, and no other. */
  readonly state?: UseQueryResult<Tagged<T>>;
}

/** The dialog in which a thing is edited, and the one that asks before it is deleted. */
export function InPlaceDialogs<T extends { readonly id: string }>(props: InPlaceDialogsProps<T>) {
  const { inPlace, base, texts: t, show, typed, form, onDeleted, state } = props;
  const { edited, edit, deleted, remove } = inPlace;
  return (
    <>
      {edited !== undefined && form(edited === 'new' ? {} : { thing: edited }, () => edit(undefined))}
      {deleted !== undefined && (
        <Confirm
          title={t.deleteTitle}
          action={t.delete}
          {...(typed && { typed: typed(deleted) })}
          isReady={state === undefined || state.isSuccess}
          onClose={() => remove(undefined)}
          onConfirm={async () => {
            await api.delete(`${base}/${deleted.id}`, state?.data && { tag: state.data.tag }).catch(async error => {
              if (isOutdated(error)) await state?.refetch();
              throw error;
            });
            notifications.show({ message: t.deleted });
            remove(undefined);
            await onDeleted();
          }}
        >
          {show(state?.data?.data ?? deleted)}
        </Confirm>
      )}
    </>
  );
}

interface InPlaceSectionProps<T extends { readonly id: string }, D> extends Omit<InPlaceDialogsProps<T>, 'texts'> {
  readonly texts: InPlaceDialogsProps<T>['texts'] & Readonly<Record<'title' | 'add' | 'edit' | 'none', string>>;
  readonly query: UseQueryResult<D>;
  readonly thingsOf: (data: D) => readonly T[];
  readonly canWrite: boolean;
  readonly className: string;
  readonly item: (thing: T, buttons: ReactNode) => ReactNode;
  /** Tells the buttons of one thing from those of another. */
  readonly nameOf?: (thing: T) => string;
  readonly foot?: (data: D) => ReactNode;
}

/** A section with things that are added, edited and deleted in place. */
export function InPlaceSection<T extends { readonly id: string }, D>(props: InPlaceSectionProps<T, D>) {
  const { texts: t, query, thingsOf, canWrite, className, item, nameOf, foot, ...dialogs } = props;
  const { inPlace } = dialogs;
  const labelOf = (action: string, thing: T) => (nameOf === undefined ? action : `${action}: ${nameOf(thing)}`);
  return (
    <Section
      title={t.title}
      query={query}
      actions={
        canWrite && (
          <Button variant="default" size="xs" leftSection={<PlusIcon size={14} />} onClick={() => inPlace.edit('new')}>
            {t.add}
          </Button>
        )
      }
    >
      {data => (
        <>
          {thingsOf(data).length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <ul className={className}>
            {thingsOf(data).map(thing => (
              <li key={thing.id}>
                {item(
                  thing,
                  canWrite && (
                    <InPlaceButtons
                      inPlace={inPlace}
                      thing={thing}
                      editLabel={labelOf(t.edit, thing)}
                      deleteLabel={labelOf(t.delete, thing)}
                    />
                  ),
                )}
              </li>
            ))}
          </ul>
          {foot?.(data)}
          <InPlaceDialogs {...dialogs} texts={t} />
        </>
      )}
    </Section>
  );
}
