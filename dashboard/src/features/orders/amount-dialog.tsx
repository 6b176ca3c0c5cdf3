import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { Currency } from '../../../../server/src/contract.ts';
import { currenciesQuery } from '../../api/orders.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useRefusals } from '../../components/resource-form.tsx';
import { Loaded } from '../../components/section.tsx';
import { toMajor, toMinor } from '../../money.ts';
import { formatNumber } from '../../numbers.ts';
import { texts } from '../../texts.ts';
import { numberFault } from '../../validation.ts';

const t = texts.order;

interface AmountDialogProps {
  readonly title: string;
  readonly action: string;
  readonly actionColor?: string;
  readonly currency: string;
  /** Minor units. */
  readonly most: number;
  /** Asks for a reference, too, which may be left out. */
  readonly hasReference?: boolean;
  /** Hears the amount in minor units. */
  readonly onConfirm: (amount: number, reference: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks how much of what is left is paid or given back: all of it, unless another amount is entered. */
export function AmountDialog(props: AmountDialogProps) {
  const currencies = useQuery(currenciesQuery);
  return (
    <Loaded query={currencies}>
      {known => (
        <AmountForm {...props} scale={known.find(({ code }) => code === props.currency) ?? { decimal_places: 2 }} />
      )}
    </Loaded>
  );
}

function AmountForm({
  currency,
  most,
  scale,
  hasReference = false,
  onConfirm,
  ...dialog
}: AmountDialogProps & { readonly scale: Pick<Currency, 'decimal_places'> }) {
  const { decimal_places: places } = scale;
  const labels = { amount: t.amountIn(currency), reference: t.paymentReference };
  const rest = toMajor(most, scale);
  const kind = { places, min: toMajor(1, scale), max: rest };
  const bound = t.atMost(formatNumber(rest, places));
  const refusals = useRefusals();
  const form = useForm({
    initialValues: { amount: rest as number | string, reference: '' },
    validateInputOnChange: true,
    validate: {
      amount: value => {
        if (value === '') return texts.rules.required(labels.amount);
        if (typeof value === 'number' && value > rest) return bound;
        return numberFault(labels.amount, value, kind) ?? refusals.faultOf('amount', value);
      },
      reference: value => refusals.faultOf('reference', value),
    },
  });
  return (
    <FormDialog
      {...dialog}
      {...{ form, labels, refusals }}
      isReady
      inputOf={path => (path === 'paymentmethod_meta.custom_reference' ? 'reference' : path)}
      onSave={async ({ amount, reference }) => {
        await onConfirm(toMinor(Number(amount), scale), reference.trim());
        return true;
      }}
    >
      <NumberField
        label={labels.amount}
        kind={kind}
        description={bound}
        {...form.getInputProps('amount')}
        data-autofocus
      />
      {hasReference && (
        <TextInput label={labels.reference} description={t.paymentReferenceHelp} {...form.getInputProps('reference')} />
      )}
    </FormDialog>
  );
}
