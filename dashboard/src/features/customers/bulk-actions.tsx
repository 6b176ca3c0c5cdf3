import { Button, Group, Paper, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { type BulkAction, filterOfIds, mostExported } from '../../api/bulk.ts';
import { useSession } from '../../api/staff.ts';
import { DownloadIcon, TagIcon, TrashIcon } from '../../components/icons.tsx';
import type { Selection } from '../../components/selection.ts';
import { texts } from '../../texts.ts';
import { BulkDialog, type BulkDialogProps } from './bulk-dialog.tsx';
import { ExportDialog } from './export-button.tsx';

const t = texts.bulk;

interface BulkActionsProps {
  readonly selection: Selection;
  /** Of all that the list finds; undefined when that is not counted. */
  readonly total: number | undefined;
  /** What the list finds, as one filter of the API. */
  readonly filter: string;
}

/** Whether the role may do anything with many customers; all who may do any of it may export them. */
export const useMayBulk = () => {
  const { can } = useSession();
  return can('POST /v2/customers/bulk/tags') || can('POST /v2/customers/bulk/delete');
};

/** The API takes no empty filter for what cannot be undone. */
const everybody = 'like(name,*)';

/** What can be done with the chosen customers, and the way from those of a page to all that match. */
export function BulkActions({ selection, total, filter }: BulkActionsProps) {
  const { can } = useSession();
  // Of the moment in which it was asked for: the list changes by what is done.
  const [asked, setAsked] = useState<Pick<BulkDialogProps, 'kind' | 'targets' | 'count'>>();
  const [exported, setExported] = useState<string>();
  const { ids, isAll, chooseAll, clear } = selection;
  if (ids.length === 0 && !isAll && asked === undefined) return null;
  const ask = (kind: BulkAction['kind']) =>
    setAsked(
      isAll
        ? { kind, targets: { filter: filter || everybody }, count: total }
        : { kind, targets: { ids }, count: ids.length },
    );
  const isTooLong = !isAll && ids.length > mostExported;
  return (
    <Paper component="section" aria-label={t.title} withBorder px="md" py="xs">
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text size="sm" fw={550} role="status" className="tabular">
            {isAll ? t.allSelected(total) : t.selected(ids.length)}
          </Text>
          {!isAll && (total === undefined || total > ids.length) && (
            <Button variant="subtle" size="compact-sm" onClick={chooseAll}>
              {t.selectAll(total)}
            </Button>
          )}
          <Button variant="subtle" color="gray" size="compact-sm" onClick={clear}>
            {t.clear}
          </Button>
        </Group>
        <Group gap="sm">
          {can('POST /v2/customers/bulk/tags') && (
            <Button variant="default" size="xs" leftSection={<TagIcon size={14} />} onClick={() => ask('tags')}>
              {t.tag}
            </Button>
          )}
          {can('POST /v2/jobs') && (
            <Tooltip label={t.tooManyToExport(mostExported)} disabled={!isTooLong}>
              <Button
                variant="default"
                size="xs"
                leftSection={<DownloadIcon size={14} />}
                // Still reached by the keyboard, so that it can say why.
                {...(isTooLong && { 'data-disabled': true, 'aria-disabled': true })}
                onClick={() => isTooLong || setExported(isAll ? filter : filterOfIds(ids))}
              >
                {t.export}
              </Button>
            </Tooltip>
          )}
          {can('POST /v2/customers/bulk/delete') && (
            <Button variant="default" size="xs" leftSection={<TrashIcon size={14} />} onClick={() => ask('delete')}>
              {t.delete}
            </Button>
          )}
        </Group>
      </Group>
      {exported !== undefined && <ExportDialog filter={exported} onClose={() => setExported(undefined)} />}
      {asked && (
        <BulkDialog
          {...asked}
          onClose={isStarted => {
            setAsked(undefined);
            if (isStarted) clear();
          }}
        />
      )}
    </Paper>
  );
}
