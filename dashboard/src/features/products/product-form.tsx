import schemas from 'virtual:schemas';
import { Select, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useCallback, useRef, useState } from 'react';
import type { Currency, Product } from '../../../../server/src/contract.ts';
import { productStates } from '../../api/products.ts';
import { FieldInputs, fieldFaultsOf, fieldLabelsOf } from '../../components/custom-fields.tsx';
import { NumberField } from '../../components/number-field.tsx';
import {
  LeaveGuard,
  SaveBar,
  showFaults,
  toFirstFault,
  useRefusals,
  useSaveShortcut,
} from '../../components/resource-form.tsx';
import { slugOf } from '../../slugs.ts';
import { texts } from '../../texts.ts';
import { numberFault, textFault } from '../../validation.ts';
import {
  amountOf,
  changedBody,
  newBody,
  type ProductForms,
  type ProductValues,
  pricedIn,
  taxOf,
  valuesOf,
} from './product-state.ts';

const t = texts.products;
type Form = UseFormReturnType<ProductValues>;

const priceKind = ({ decimal_places: places }: Currency) => ({ places, min: 0 });
const stockKind = { places: 0, min: 0 };

interface ProductFormProps extends ProductForms {
  /** Undefined for a new one. */
  readonly product?: Product;
  readonly isReadOnly?: boolean;
  readonly onSave: (body: object) => Promise<Product>;
  readonly onSaved: (product: Product) => void;
}

/** Creates or edits a product: checked by the API's own schema, errors at their field. */
export function ProductForm({ product, currencies, fields, isReadOnly = false, onSave, onSaved }: ProductFormProps) {
  const [fault, setFault] = useState<string>();
  const refusals = useRefusals();
  const formElement = useRef<HTMLFormElement>(null);
  const forms = { currencies, fields };
  const [before, setBefore] = useState(() => valuesOf(product, forms));
  const labels: Record<string, string> = {
    ...{ name: t.name, slug: t.slug, sku: t.sku, description: t.description, status: t.status, stock: t.stock },
    ...Object.fromEntries(currencies.map(({ code }) => [amountOf(code), t.priceIn(code)])),
    ...fieldLabelsOf(fields),
  };
  const form: Form = useForm<ProductValues>({
    initialValues: before,
    validateInputOnBlur: true,
    validate: values => {
      const own = (['name', 'slug', 'sku'] as const).map(name => [
        name,
        textFault(schemas.NewProduct, name, t[name], String(values[name]).trim()),
      ]);
      const first = currencies[0];
      const hasPrice = pricedIn(values, currencies).length > 0;
      const said = { ...Object.fromEntries(own), ...fieldFaultsOf(fields, values, refusals) };
      for (const currency of currencies) {
        const [name, label] = [amountOf(currency.code), t.priceIn(currency.code)];
        said[name] = numberFault(label, values[name] as number | string, priceKind(currency));
      }
      said.stock = numberFault(t.stock, values.stock as number | string, stockKind);
      if (!hasPrice && first !== undefined) said[amountOf(first.code)] ??= t.onePrice;
      for (const name of Object.keys(labels)) said[name] ??= refusals.faultOf(name, values[name]);
      return said;
    },
  });
  const isDirty = form.isDirty();

  const setName = (name: string) => {
    // Until somebody writes a slug, it follows the name.
    const follows = product === undefined && form.values.slug === slugOf(String(form.values.name), '-');
    form.setValues({ name, ...(follows && { slug: slugOf(name, '-') }) });
  };
  const save = form.onSubmit(async values => {
    setFault(undefined);
    try {
      const saved = await onSave(product === undefined ? newBody(values, forms) : changedBody(before, values, forms));
      const next = valuesOf(saved, forms);
      setBefore(next);
      form.setInitialValues(next);
      form.setValues(next);
      form.resetDirty(next);
      onSaved(saved);
    } catch (error) {
      const priced = pricedIn(values, currencies);
      const inputOf = (path: string) => {
        const [, place] = /^price(?:\.(\d+))?/.exec(path) ?? [];
        const currency = (place === undefined ? currencies : priced)[Number(place ?? 0)];
        return path.startsWith('price') && currency ? amountOf(currency.code) : path;
      };
      setFault(showFaults(form, error, labels, refusals, inputOf));
    }
  }, toFirstFault(form));
  const submit = useCallback(() => formElement.current?.requestSubmit(), []);
  useSaveShortcut(submit, isDirty && !form.submitting);

  const input = (name: 'name' | 'slug' | 'sku') => ({
    label: t[name],
    readOnly: isReadOnly,
    ...form.getInputProps(name),
  });
  const select = (name: 'status' | 'commodity_type', data: Readonly<Record<string, string>>) => (
    <Select
      label={t[name]}
      data={Object.entries(data).map(([value, label]) => ({ value, label }))}
      allowDeselect={false}
      disabled={isReadOnly}
      {...form.getInputProps(name)}
    />
  );
  return (
    <form ref={formElement} onSubmitCapture={refusals.clear} onSubmit={save} noValidate>
      <LeaveGuard isDirty={isDirty && !form.submitting} />
      <Stack>
        <TextInput
          autoFocus={product === undefined}
          {...input('name')}
          onChange={event => setName(event.currentTarget.value)}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput {...input('sku')} />
          <TextInput {...input('slug')} />
        </SimpleGrid>
        <Textarea
          label={t.description}
          autosize
          minRows={3}
          maxRows={14}
          readOnly={isReadOnly}
          {...form.getInputProps('description')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {select('status', Object.fromEntries(productStates.map(state => [state, t.states[state]])))}
          {select('commodity_type', t.commodities)}
        </SimpleGrid>
        <PriceInputs form={form} currencies={currencies} isReadOnly={isReadOnly} />
        <Switch
          label={t.manageStock}
          description={t.manageStockHelp}
          disabled={isReadOnly}
          {...form.getInputProps('manage_stock', { type: 'checkbox' })}
        />
        {product === undefined && (
          <NumberField label={t.stock} description={t.stockHelp} kind={stockKind} {...form.getInputProps('stock')} />
        )}
        <FieldInputs {...{ fields, form, isReadOnly }} />
      </Stack>
      {!isReadOnly && (
        <SaveBar
          label={product === undefined ? t.create : texts.form.save}
          isDirty={isDirty}
          isSaving={form.submitting}
          fault={fault}
          {...(product !== undefined && { onDiscard: form.reset })}
        />
      )}
    </form>
  );
}

interface PriceInputsProps {
  readonly form: Form;
  readonly currencies: readonly Currency[];
  readonly isReadOnly: boolean;
}

/** A price for each currency of the store; empty where the product is not sold in it. */
function PriceInputs({ form, currencies, isReadOnly }: PriceInputsProps) {
  return currencies.map(currency => (
    <SimpleGrid key={currency.code} cols={{ base: 1, xs: 2 }} verticalSpacing="xs">
      <NumberField
        label={t.priceIn(currency.code)}
        kind={priceKind(currency)}
        readOnly={isReadOnly}
        {...form.getInputProps(amountOf(currency.code))}
      />
      <Switch
        label={t.includesTax}
        aria-label={t.includesTaxIn(currency.code)}
        disabled={isReadOnly}
        mt={{ base: 0, xs: 32 }}
        {...form.getInputProps(taxOf(currency.code), { type: 'checkbox' })}
      />
    </SimpleGrid>
  ));
}
