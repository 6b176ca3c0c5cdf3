import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

/** A word about a flow or a field. */
export const Label = ({ children }: { readonly children: ReactNode }) => (
  <Badge variant="default" radius="sm" fw={500} tt="none" miw="max-content">
    {children}
  </Badge>
);
