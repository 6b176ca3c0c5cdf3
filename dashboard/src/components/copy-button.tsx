import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { texts } from '../texts.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';

const t = texts.form;

/** Copies a value; says what it copied to screen readers by its label. */
export function CopyButton({ value, label }: { readonly value: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    const isDone = await copyText(value);
    setCopied(isDone);
    if (!isDone) notifications.show({ color: 'red', message: t.notCopied });
  };
  return (
    <Tooltip label={isCopied ? t.copied : t.copy}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`${isCopied ? t.copied : t.copy}: ${label}`}
        onClick={copy}
      >
        {isCopied ? <CheckIcon size={15} /> : <CopyIcon size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Answers whether it was copied. */
async function copyText(text: string): Promise<boolean> {
  // Browsers have it on https and on localhost only.
  if ('clipboard' in navigator) {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) return true;
  }
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
