import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customerLogsQuery, logsPerPage } from '../../api/logs.ts';
import { LogEntries } from '../../components/log-entry.tsx';
import { Pager } from '../../components/resource-table.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts.ts';

const t = texts.timeline;

/** Who has changed a customer, their addresses and sessions, when, and what it was before; newest first. */
export function TimelineSection({ customerId }: { readonly customerId: string }) {
  const [page, setPage] = useState(1);
  const logs = useQuery(customerLogsQuery(customerId, page));
  return (
    <Section title={t.title} query={logs}>
      {({ data, meta }) => (
        <>
          {data.length === 0 && (
            <Text size="sm" c="dimmed">
              {t.none}
            </Text>
          )}
          <LogEntries entries={data} />
          <Pager label={t.title} total={meta.results.total} page={page} size={logsPerPage} onPage={setPage} />
        </>
      )}
    </Section>
  );
}
