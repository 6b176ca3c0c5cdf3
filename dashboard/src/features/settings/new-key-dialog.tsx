import schemas from 'virtual:schemas';
import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { CreatedApplicationKey } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { DialogActions } from '../../components/dialog-actions.tsx';
import { showFaults, toFirstFault, useRefusals } from '../../components/resource-form.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.keys;

interface NewKeyDialogProps {
  readonly onClose: () => void;
  readonly onCreated: () => Promise<unknown>;
}

/** Makes a key, then shows its secret. */
export function NewKeyDialog({ onClose, onCreated }: NewKeyDialogProps) {
  const [created, setCreated] = useState<CreatedApplicationKey>();
  const [fault, setFault] = useState<string>();
  const refusals = useRefusals();
  const form = useForm({
    initialValues: { name: '' },
    validate: ({ name }) => ({
      name: textFault(schemas.NewApplicationKey, 'name', t.name, name) ?? refusals.faultOf('name', name),
    }),
  });
  const create = form.onSubmit(async ({ name }) => {
    setFault(undefined);
    try {
      const { data } = await api.post<CreatedApplicationKey>('/staff/keys', { type: 'application_key', name });
      setCreated(data);
      await onCreated();
    } catch (error) {
      setFault(showFaults(form, error, { name: t.name }, refusals));
    }
  }, toFirstFault(form));
  return (
    <Modal
      opened
      onClose={onClose}
      title={created === undefined ? t.add : t.created}
      closeOnClickOutside={created === undefined}
      closeOnEscape={created === undefined}
      closeButtonProps={{ 'aria-label': created === undefined ? texts.form.cancel : texts.close }}
    >
      {created === undefined ? (
        <form onSubmitCapture={refusals.clear} onSubmit={create} noValidate>
          <Stack>
            <TextInput
              label={t.name}
              description={t.nameHelp}
              maxLength={255}
              autoComplete="off"
              data-autofocus
              {...form.getInputProps('name')}
            />
            <DialogActions fault={fault} onClose={onClose}>
              <Button type="submit" loading={form.submitting}>
                {t.create}
              </Button>
            </DialogActions>
          </Stack>
        </form>
      ) : (
        <ShownOnce
          help={t.shownOnce}
          values={[
            { label: t.clientId, value: created.client_id },
            { label: t.clientSecret, value: created.client_secret },
          ]}
          onDone={onClose}
        />
      )}
    </Modal>
  );
}
