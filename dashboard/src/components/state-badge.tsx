import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

/** A state as a word with a coloured dot. */
export function StateBadge({ color, children }: { readonly color: string; readonly children: ReactNode }) {
  return (
    <Badge
      variant="default"
      radius="sm"
      fw={500}
      tt="none"
      miw="max-content"
      leftSection={<span className="dot" style={{ background: `var(--mantine-color-${color}-6)` }} />}
    >
      {children}
    </Badge>
  );
}
