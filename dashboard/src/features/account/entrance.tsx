import { Center, Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a page before the sign-in looks like. */
export function Entrance({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={400} shadow="sm">
        <Stack gap="lg">
          <Stack gap="sm">
            <img src="/favicon.svg" alt="" width={36} height={36} />
            <Title order={1}>{title}</Title>
          </Stack>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
