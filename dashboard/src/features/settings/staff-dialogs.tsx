import schemas from 'virtual:schemas';
import { MultiSelect, Radio, Stack, Switch, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import type { InvitedStaffUser, StaffUser } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { useSession } from '../../api/staff.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';
import { SetupLinkDialog, type StaffDialogProps } from './staff-actions.tsx';

const t = texts.staff;
const labels = { name: t.name, email: t.email, role: t.role, store_ids: t.stores };

interface Values {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  /** Null: every store. */
  readonly store_ids: readonly string[] | null;
}

/** Adds a member of staff, then shows the link by which they set their password. */
export function NewStaffDialog({ onClose, onDone }: Omit<StaffDialogProps, 'user'>) {
  const [invited, setInvited] = useState<InvitedStaffUser>();
  if (invited !== undefined)
    return <SetupLinkDialog title={t.invited_(invited.name)} link={invited.setup_link} onClose={onClose} />;
  return (
    <StaffForm
      title={t.add}
      submitLabel={t.invite}
      values={{ name: '', email: '', role: 'editor', store_ids: null }}
      onClose={onClose}
      onSave={async values => {
        setInvited((await api.post<InvitedStaffUser>('/staff/users', { type: 'staff_user', ...values })).data);
        await onDone();
        // The link takes the place of the form.
        return false;
      }}
    />
  );
}

/** Changes name, role and stores of a member of staff. */
export function EditStaffDialog({ user, onClose, onDone }: StaffDialogProps) {
  return (
    <StaffForm
      title={t.editTitle(user.name)}
      submitLabel={texts.form.save}
      isEmailFixed
      values={{ name: user.name, email: user.email, role: user.role, store_ids: user.store_ids }}
      onClose={onClose}
      onSave={async ({ email: _, ...values }) => {
        await api.put<StaffUser>(`/staff/users/${user.id}`, { type: 'staff_user', ...values });
        notifications.show({ message: texts.form.saved });
        await onDone();
        return true;
      }}
    />
  );
}

interface StaffFormProps {
  readonly title: string;
  readonly submitLabel: string;
  readonly isEmailFixed?: boolean;
  readonly values: Values;
  readonly onClose: () => void;
  /** Answers whether the dialog is to close. */
  readonly onSave: (values: Values) => Promise<boolean>;
}

function StaffForm({
  title,
  submitLabel,
  isEmailFixed = false,
  values: initialValues,
  onClose,
  onSave,
}: StaffFormProps) {
  const refusals = useRefusals();
  const form = useForm<Values>({
    initialValues,
    validateInputOnBlur: true,
    validate: values => ({
      ...Object.fromEntries(
        (['name', 'email'] as const).map(name => [
          name,
          textFault(schemas.NewStaffUser, name, labels[name], values[name]) ?? refusals.faultOf(name, values[name]),
        ]),
      ),
      store_ids: refusals.faultOf('store_ids', values.store_ids),
    }),
  });
  // An owner is for every store.
  const save = (values: Values) => onSave({ ...values, store_ids: values.role === 'owner' ? null : values.store_ids });
  return (
    <FormDialog title={title} action={submitLabel} {...{ form, labels, refusals, onSave: save, onClose }}>
      <TextInput label={t.name} maxLength={255} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
      {!isEmailFixed && (
        <TextInput
          label={t.email}
          description={t.emailHelp}
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
      )}
      <Radio.Group label={t.role} {...form.getInputProps('role')}>
        <Stack gap="xs" mt={6}>
          {Object.entries(t.roleHelp).map(([role, help]) => (
            <Radio key={role} value={role} label={texts.roles[role]} description={help} />
          ))}
        </Stack>
      </Radio.Group>
      {form.values.role !== 'owner' && <Stores form={form} />}
    </FormDialog>
  );
}

/** Every store, or those that are chosen; nothing to choose where there is only one. */
function Stores({ form }: { readonly form: UseFormReturnType<Values> }): ReactNode {
  const { stores } = useSession();
  const chosen = form.values.store_ids;
  if (stores.length < 2 && chosen === null) return null;
  return (
    <>
      <Switch
        label={t.everyStore}
        checked={chosen === null}
        onChange={event => form.setFieldValue('store_ids', event.currentTarget.checked ? null : [])}
      />
      {chosen !== null && (
        <MultiSelect
          label={t.stores}
          data={stores.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('store_ids')}
          value={[...chosen]}
        />
      )}
    </>
  );
}
