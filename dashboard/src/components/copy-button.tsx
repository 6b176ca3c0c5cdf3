import { ActionIcon, CopyButton as Copy, Tooltip } from '@mantine/core';
import { texts } from '../texts.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** Copies a value; says what it copied to screen readers by its label. */
export function CopyButton({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Copy value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? texts.form.copied : texts.form.copy}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`${copied ? texts.form.copied : texts.form.copy}: ${label}`}
            onClick={copy}
          >
            {copied ? <CheckIcon size={15} /> : <CopyIcon size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copy>
  );
}
