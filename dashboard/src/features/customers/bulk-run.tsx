import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type BulkFailure, customerNamesQuery } from '../../api/bulk.ts';
import { texts } from '../../texts.ts';
import { toLabelled } from '../../validation.ts';
import type { useBulkRun } from './use-bulk-run.ts';

const t = texts.bulk;

interface BulkRunProps {
  readonly run: ReturnType<typeof useBulkRun>;
  /** How many there were at the beginning, where that is known. */
  readonly count: number | undefined;
  readonly onClose: () => void;
}

/** How far it is, and in the end what was done and what was not. */
export function BulkRun({ run, count, onClose }: BulkRunProps) {
  const { isRunning, done, failures, rest, fault, resume, stop } = run;
  const seen = done + failures.length;
  const isWhole = rest === undefined;
  const value = isWhole ? 100 : count === undefined ? 100 : Math.min(100, (seen / Math.max(1, count)) * 100);
  return (
    <Stack>
      <Progress value={value} animated={isRunning} aria-label={t.progress} />
      <Text size="sm" role="status" className="tabular">
        {isRunning ? t.soFar(seen, count) : isWhole ? t.done(done) : t.stopped(done)}
      </Text>
      {fault !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      )}
      {!isRunning && failures.length > 0 && <Failures failures={failures} />}
      <Group justify="flex-end">
        {isRunning ? (
          <Button variant="default" onClick={stop}>
            {t.stop}
          </Button>
        ) : (
          <>
            {!isWhole && (
              <Button variant="default" onClick={resume}>
                {t.goOn}
              </Button>
            )}
            <Button onClick={onClose} autoFocus>
              {texts.close}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

/** So many are told of one by one. */
const listed = 100;

function Failures({ failures }: { readonly failures: readonly BulkFailure[] }) {
  const shown = failures.slice(0, listed);
  const names = useQuery(customerNamesQuery(shown.map(({ id }) => id))).data;
  return (
    <section aria-label={t.failed(failures.length)}>
      <Text size="sm" fw={550} mb="xs">
        {t.failed(failures.length)}
      </Text>
      <ul className="rows failures">
        {shown.map(({ id, reason }) => (
          <li key={id}>
            <div style={{ minWidth: 0 }}>
              {/* In a tab of its own: this list is not found again. */}
              <Link to="/customers/$customerId" params={{ customerId: id }} target="_blank" className="link break">
                {names?.get(id) ?? id}
              </Link>
              <Text size="sm" c="dimmed">
                {toLabelled(reason, texts.tags.title)}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {failures.length > listed && (
        <Text size="sm" c="dimmed" mt="xs">
          {t.moreFailed(failures.length - listed)}
        </Text>
      )}
    </section>
  );
}
