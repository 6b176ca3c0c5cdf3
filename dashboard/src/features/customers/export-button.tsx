import { Button, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { exportCustomers, jobQuery } from '../../api/jobs.ts';
import { DownloadIcon } from '../../components/icons.tsx';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';

const t = texts.export;

/** Where a file is on this very host, under whatever name it is open. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Writes the customers that a filter matches into a CSV file, shows how far that is, and gives the file. */
export function ExportButton({ filter, isDisabled }: { readonly filter: string; readonly isDisabled: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<DownloadIcon size={16} />}
        disabled={isDisabled}
        onClick={() => setOpen(true)}
      >
        {t.button}
      </Button>
      {isOpen && <ExportDialog filter={filter} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The same, once it was asked for. */
export function ExportDialog({ filter, onClose }: { readonly filter: string; readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={t.title} centered closeButtonProps={{ 'aria-label': texts.close }}>
      <Export filter={filter} />
    </Modal>
  );
}

function Export({ filter }: { readonly filter: string }) {
  const started = useQuery({
    queryKey: ['export', filter],
    queryFn: () => exportCustomers(filter),
    // Asked for once: each time is a job of its own.
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false },
  });
  const id = started.data?.id ?? '';
  const job = useQuery({ ...jobQuery(id), enabled: id !== '' }).data;
  const fault = started.isError
    ? messageOf(started.error)
    : job?.status === 'failed'
      ? (job.error ?? texts.errors.unexpected)
      : undefined;
  const isReady = job?.status === 'complete';
  return (
    <Stack>
      <Text size="sm" role="status" {...(fault !== undefined && { c: 'var(--mantine-color-error)' })}>
        {fault ?? (isReady ? t.ready : job?.status === 'processing' ? t.isWritten : t.isWaiting)}
      </Text>
      {fault === undefined && !isReady && <Progress value={100} animated aria-label={t.title} />}
      {isReady && (
        <Button
          component="a"
          href={pathOf(job.link.href)}
          download
          leftSection={<DownloadIcon size={16} />}
          data-autofocus
        >
          {t.download}
        </Button>
      )}
    </Stack>
  );
}
