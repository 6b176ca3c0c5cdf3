import { Button, Menu, Modal, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SavedView, ViewState } from '../../../../server/src/contract.ts';
import { createView, deleteView, savedViewsQuery, updateView } from '../../api/saved-views.ts';
import { useSession } from '../../api/staff.ts';
import { Confirm } from '../../components/confirm.tsx';
import { DialogActions } from '../../components/dialog-actions.tsx';
import { BookmarkIcon, CheckIcon } from '../../components/icons.tsx';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.views;

interface ViewsMenuProps {
  readonly storeId: string;
  /** What the list shows now. */
  readonly state: ViewState;
  /** The view that it was opened by. */
  readonly viewId: string;
  readonly onOpen: (view: SavedView | undefined) => void;
}

const isSame = (one: ViewState, other: ViewState) =>
  (['search', 'filter', 'sort', 'columns'] as const).every(name => (one[name] ?? '') === (other[name] ?? ''));

/** The views that are kept of the list: to open one, to keep what is shown as another, to change or delete one's own. */
export function ViewsMenu({ storeId, state, viewId, onOpen }: ViewsMenuProps) {
  const queries = useQueryClient();
  const { me } = useSession();
  const { data: views = [] } = useQuery(savedViewsQuery(storeId));
  const [dialog, open] = useState<'new' | 'edit' | 'delete'>();
  const view = views.find(({ id }) => id === viewId);
  const close = () => open(undefined);
  const refresh = () => queries.invalidateQueries({ queryKey: savedViewsQuery(storeId).queryKey });
  const keep = async () => {
    if (view === undefined) return;
    try {
      await updateView(view.id, { state });
      notifications.show({ message: t.saved });
      await refresh();
    } catch (error) {
      notifications.show({ color: 'red', message: messageOf(error) });
    }
  };

  return (
    <>
      <Menu position="bottom-end" width={260} returnFocus>
        <Menu.Target>
          <Button variant="default" leftSection={<BookmarkIcon size={16} />} maw={240}>
            {view?.name ?? t.title}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} className="scrolls">
          {views.length === 0 && <Menu.Label>{t.none}</Menu.Label>}
          {views.map(each => (
            <Menu.Item
              key={each.id}
              onClick={() => onOpen(each)}
              rightSection={
                each.id === viewId ? (
                  <CheckIcon size={16} />
                ) : (
                  each.is_shared && (
                    <Text size="xs" c="dimmed">
                      {t.shared}
                    </Text>
                  )
                )
              }
            >
              <span className="break">{each.name}</span>
            </Menu.Item>
          ))}
          <Menu.Divider />
          {view?.is_own && !isSame(view.state, state) && <Menu.Item onClick={keep}>{t.keep(view.name)}</Menu.Item>}
          <Menu.Item onClick={() => open('new')}>{t.saveAs}</Menu.Item>
          {view?.is_own && <Menu.Item onClick={() => open('edit')}>{t.edit}</Menu.Item>}
          {view && (view.is_own || me.role === 'owner') && (
            <Menu.Item onClick={() => open('delete')}>{t.delete}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {(dialog === 'new' || (dialog === 'edit' && view !== undefined)) && (
        <ViewForm
          {...(dialog === 'edit' && view && { view })}
          taken={views.filter(each => each.is_own && !(dialog === 'edit' && each.id === viewId)).map(each => each.name)}
          onClose={close}
          onSave={async (name, isShared) => {
            const changes = { name, is_shared: isShared };
            const saved =
              dialog === 'edit' && view ? await updateView(view.id, changes) : await createView({ ...changes, state });
            close();
            await refresh();
            if (dialog === 'new') onOpen(saved);
          }}
        />
      )}
      {dialog === 'delete' && view !== undefined && (
        <Confirm
          title={t.deleteTitle(view.name)}
          action={t.delete}
          onClose={close}
          onConfirm={async () => {
            await deleteView(view.id);
            close();
            onOpen(undefined);
            await refresh();
          }}
        >
          {view.is_shared && <Text size="sm">{t.deleteShared}</Text>}
        </Confirm>
      )}
    </>
  );
}

interface ViewFormProps {
  /** Undefined for a new one. */
  readonly view?: SavedView;
  /** The names of one's other views. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onSave: (name: string, isShared: boolean) => Promise<void>;
}

function ViewForm({ view, taken, onClose, onSave }: ViewFormProps) {
  const [name, setName] = useState(view?.name ?? '');
  const [isShared, setShared] = useState(view?.is_shared ?? false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const save = async () => {
    if (taken.includes(name.trim())) return setFault(t.taken);
    setBusy(true);
    setFault(undefined);
    try {
      await onSave(name.trim(), isShared);
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={view === undefined ? t.new : t.edit}
      closeButtonProps={{ 'aria-label': texts.form.cancel }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <Stack>
          {view === undefined && (
            <Text size="sm" c="dimmed">
              {t.newHelp}
            </Text>
          )}
          <TextInput
            label={t.name}
            value={name}
            maxLength={100}
            onChange={event => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Switch label={t.share} checked={isShared} onChange={event => setShared(event.currentTarget.checked)} />
          <DialogActions fault={fault} onClose={onClose}>
            <Button type="submit" disabled={name.trim() === ''} loading={isBusy}>
              {texts.form.save}
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}
