import schemas from 'virtual:schemas';
import { Anchor, Stack, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import type { Customer, Field } from '../../../../server/src/contract.ts';
import { ApiFailure, api, type Tagged } from '../../api/client.ts';
import { customerQuery, findByEmail, refreshCustomer, rereadIfChanged } from '../../api/customers.ts';
import { FieldInputs, fieldFaultsOf, fieldLabelsOf, fieldValuesOf } from '../../components/custom-fields.tsx';
import { type FieldValue, toFieldValue } from '../../components/field-input.tsx';
import { useGuardedSave } from '../../components/guarded-save.tsx';
import {
  LeaveGuard,
  SaveBar,
  showFaults,
  toFirstFault,
  useRefusals,
  useSaveShortcut,
} from '../../components/resource-form.tsx';
import { texts } from '../../texts.ts';
import { textFault } from '../../validation.ts';

const t = texts.customer;
const own = { name: t.name, email: t.email, external_ref: t.externalRef };

type Values = Record<string, FieldValue>;
type Form = UseFormReturnType<Values>;

/** Some of the form's values as the API takes them: null where a text was emptied that may be. */
const toBody = (values: Values, names: readonly string[]) => ({
  type: 'customer',
  ...Object.fromEntries(
    names.map(name => {
      const value = values[name] ?? '';
      return [name, toFieldValue(typeof value === 'string' ? value.trim() : value)];
    }),
  ),
});

const valuesOf = (customer: Customer | undefined, fields: readonly Field[]): Values => ({
  name: customer?.name ?? '',
  email: customer?.email ?? '',
  external_ref: customer?.external_ref ?? '',
  ...fieldValuesOf(customer, fields),
});

interface CustomerFormProps {
  /** Undefined for a new one. */
  readonly customer?: Tagged<Customer>;
  readonly fields: readonly Field[];
  readonly isReadOnly?: boolean;
  readonly submitLabel?: string;
  readonly onSaved: (customer: Customer) => void;
}

/** Creates or edits a customer: checked by the API's own schema, errors at their field. */
export function CustomerForm({ customer, fields, isReadOnly = false, submitLabel, onSaved }: CustomerFormProps) {
  const queries = useQueryClient();
  const [owner, setOwner] = useState<Customer>();
  const [fault, setFault] = useState<string>();
  const refusals = useRefusals();
  const formElement = useRef<HTMLFormElement>(null);
  const schema = customer === undefined ? schemas.NewCustomer : schemas.CustomerPatch;
  const labels: Record<string, string> = { ...own, ...fieldLabelsOf(fields) };

  const form: Form = useForm<Values>({
    initialValues: valuesOf(customer?.data, fields),
    validateInputOnBlur: true,
    validate: values => {
      const checks = Object.entries(own).map(([name, label]) => [
        name,
        // A patch may leave them out; this form does not empty them.
        textFault({ ...schema, required: ['name', 'email'] }, name, label, String(values[name]).trim()) ??
          refusals.faultOf(name, values[name]),
      ]);
      return { ...Object.fromEntries(checks), ...fieldFaultsOf(fields, values, refusals) };
    },
  });
  const isDirty = form.isDirty();
  const url = customer && `/v2/customers/${customer.data.id}`;
  const guarded = useGuardedSave({
    fields,
    form,
    current: customer,
    labels,
    valuesOf: resource => valuesOf(resource, fields),
    read: () => api.getTagged<Customer>(`${url}`),
    write: (values, changed, tag) => api.putTagged<Customer>(`${url}`, toBody(values, changed), tag),
  });
  const create = (values: Values) => {
    const given = Object.keys(labels).filter(name => values[name] !== '');
    return api.postTagged<Customer>('/v2/customers', toBody(values, given));
  };

  const save = form.onSubmit(async values => {
    setFault(undefined);
    setOwner(undefined);
    try {
      const saved = await (customer === undefined
        ? create(values)
        : guarded.save(values).catch(rereadIfChanged(queries, customer.data.id)));
      if (saved === undefined) return;
      queries.setQueryData(customerQuery(saved.data.id).queryKey, saved);
      queries.invalidateQueries({ queryKey: ['customers', 'list'] });
      refreshCustomer(queries, saved.data.id);
      onSaved(saved.data);
    } catch (error) {
      setFault(showFaults(form, error, labels, refusals));
      if (error instanceof ApiFailure && error.status === 409)
        setOwner(await findByEmail(String(values.email).trim()).catch(() => undefined));
    }
  }, toFirstFault(form));
  const submit = useCallback(() => formElement.current?.requestSubmit(), []);
  useSaveShortcut(submit, isDirty && !form.submitting);

  const emailFault = form.errors.email;
  const isTaken = emailFault && emailFault === refusals.faultOf('email', form.values.email);
  return (
    <>
      <form ref={formElement} onSubmitCapture={refusals.clear} onSubmit={save} noValidate>
        <LeaveGuard isDirty={isDirty} />
        <Stack>
          {isReadOnly && (
            <Text size="sm" c="dimmed">
              {t.readOnly}
            </Text>
          )}
          <TextInput
            autoFocus={customer === undefined}
            label={t.name}
            required
            withAsterisk={false}
            readOnly={isReadOnly}
            maxLength={255}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={t.email}
            type="email"
            required
            withAsterisk={false}
            readOnly={isReadOnly}
            {...form.getInputProps('email')}
            error={isTaken && owner ? <OwnerOfEmail owner={owner} /> : emailFault}
          />
          <TextInput
            label={t.externalRef}
            description={t.externalRefHelp}
            readOnly={isReadOnly}
            {...form.getInputProps('external_ref')}
          />
          <FieldInputs {...{ fields, form, isReadOnly }} />
        </Stack>
        {!isReadOnly && (
          <SaveBar
            {...(submitLabel !== undefined && { label: submitLabel })}
            isDirty={isDirty}
            isSaving={form.submitting}
            fault={fault}
            {...(customer !== undefined && { onDiscard: guarded.discard })}
          />
        )}
      </form>
      {guarded.dialog}
    </>
  );
}

function OwnerOfEmail({ owner }: { readonly owner: Customer }): ReactNode {
  return (
    <>
      {t.emailTaken}{' '}
      <Anchor component={Link} to={`/customers/${owner.id}`} inherit c="inherit" underline="always">
        {owner.name}
      </Anchor>
    </>
  );
}
