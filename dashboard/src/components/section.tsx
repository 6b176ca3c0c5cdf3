import { Group, Paper, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { ErrorState, SkeletonLines } from './states.tsx';

interface SectionProps<T> {
  readonly title: string;
  readonly actions?: ReactNode;
  /** What the section shows; it loads and fails by itself, and leaves the others. */
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  readonly skeleton?: number;
}

/** A part of a page with data of its own. */
export function Section<T>({ title, actions, query, children, skeleton = 3 }: SectionProps<T>) {
  const titleId = useId();
  return (
    <Paper component="section" aria-labelledby={titleId} withBorder p="lg">
      <Group justify="space-between" mb="md" mih={30} wrap="nowrap">
        <Title order={2} id={titleId}>
          {title}
        </Title>
        <div style={{ flexShrink: 0 }}>{actions}</div>
      </Group>
      <Loaded query={query} skeleton={skeleton}>
        {children}
      </Loaded>
    </Paper>
  );
}

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  readonly skeleton?: number;
}

/** What was loaded; lines until then, and a way to try again when it could not be. */
export function Loaded<T>({ query, children, skeleton = 3 }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  return <SkeletonLines count={skeleton} />;
}
