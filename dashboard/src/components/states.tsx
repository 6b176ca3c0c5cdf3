import { Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiFailure, isOutdated } from '../api/client.ts';
import { texts } from '../texts.ts';

/** What is wrong, for people. */
export function messageOf(error: unknown): string {
  if (isOutdated(error)) return texts.errors.outdated;
  return error instanceof ApiFailure ? error.message : texts.errors.unexpected;
}

/** A section that could not be loaded, and a way out. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <Stack align="center" gap="xs" py="xl" role="alert">
      <Text fw={600}>{texts.errors.title}</Text>
      <Text c="dimmed" size="sm" ta="center">
        {messageOf(error)}
      </Text>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {texts.errors.retry}
        </Button>
      )}
    </Stack>
  );
}

/** A whole page that has nothing to show. */
export function EmptyPage({ title, help, children }: { title: string; help: string; children?: ReactNode }) {
  return (
    <Center mih={280}>
      <Stack align="center" gap="xs" maw={420}>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" ta="center">
          {help}
        </Text>
        {children}
      </Stack>
    </Center>
  );
}

/** There is no such page, or no longer: a caller that knows says why. */
export function NotFound({ title = texts.errors.notFound, help = texts.errors.notFoundHelp }) {
  return (
    <div role="alert">
      <EmptyPage title={title} help={help}>
        <Button component={Link} to="/customers" variant="default">
          {texts.errors.toStart}
        </Button>
      </EmptyPage>
    </div>
  );
}

const widths = ['82%', '64%', '73%', '55%', '68%'];

/** Lines where text will be. */
export function SkeletonLines({ count }: { readonly count: number }) {
  return (
    <Stack gap="sm" role="status" aria-label={texts.loading}>
      {Array.from({ length: count }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <Skeleton key={line} height={14} width={widths[line % widths.length] ?? '70%'} />
      ))}
    </Stack>
  );
}
