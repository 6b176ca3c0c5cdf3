import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { BackIcon } from './icons.tsx';

/** Back to the list that a page belongs to. */
export function BackLink({
  to,
  children,
}: {
  readonly to: '/customers' | '/orders' | '/products' | '/flows';
  readonly children: ReactNode;
}) {
  return (
    <Anchor
      component={Link}
      to={to}
      size="sm"
      c="dimmed"
      w="max-content"
      display="flex"
      style={{ alignItems: 'center', gap: 4 }}
    >
      <BackIcon size={15} /> {children}
    </Anchor>
  );
}
