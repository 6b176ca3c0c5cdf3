import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Currency } from '../../../../server/src/contract.ts';
import { currenciesQuery } from '../../api/orders.ts';
import { Confirm } from '../../components/confirm.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Loaded } from '../../components/section.tsx';
import { toMajor, toMinor } from '../../money.ts';
import { formatNumber } from '../../numbers.ts';
import { texts } from '../../texts.ts';
import { numberFault } from '../../validation.ts';

const t = texts.order;

interface AmountDialogProps {
  readonly title: string;
  readonly action: string;
  readonly currency: string;
  /** Minor units. */
  readonly most: number;
  readonly isHarmless?: boolean;
  /** Whether something was typed beside the amount. */
  readonly isDirty?: boolean;
  readonly children?: ReactNode;
  /** Hears the amount in minor units. */
  readonly onConfirm: (amount: number) => Promise<unknown>;
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
  isDirty = false,
  children,
  onConfirm,
  ...dialog
}: AmountDialogProps & { readonly scale: Pick<Currency, 'decimal_places'> }) {
  const { decimal_places: places } = scale;
  const rest = toMajor(most, scale);
  const [value, setValue] = useState<number | string>(rest);
  const label = t.amountIn(currency);
  const kind = { places, min: toMajor(1, scale), max: rest };
  const isTooMuch = typeof value === 'number' && value > rest;
  const isFine = typeof value === 'number' && numberFault(label, value, kind) === null;
  const bound = t.atMost(formatNumber(rest, places));
  return (
    <Confirm
      {...dialog}
      isDirty={isDirty || value !== rest}
      isReady={isFine}
      onConfirm={() => onConfirm(toMinor(Number(value), scale))}
    >
      <NumberField
        label={label}
        kind={kind}
        {...(isTooMuch ? { error: bound } : { description: bound })}
        value={value}
        onChange={setValue}
        data-autofocus
      />
      {children}
    </Confirm>
  );
}
