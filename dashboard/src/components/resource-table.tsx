import { Checkbox, Group, Pagination, Select, Skeleton, Table, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';
import type { Selection } from './selection.ts';

/** A column: its key is what the API sorts by, when it may be sorted. */
export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly isSortable?: boolean;
  readonly isNumber?: boolean;
  /** Left out on phones. */
  readonly isSecondary?: boolean;
  readonly render: (row: T) => ReactNode;
}

/** How rows are chosen, and what each is called. */
export interface Choosing<T> {
  readonly selection: Selection;
  readonly nameOf: (row: T) => string;
}

interface ResourceTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  /** Undefined while the first page loads. */
  readonly rows: readonly T[] | undefined;
  readonly total: number;
  readonly page: number;
  readonly size: number;
  /** The rows are those of another page or order: new ones are on their way. */
  readonly isStale: boolean;
  /** Rows can be chosen. */
  readonly choosing?: Choosing<T> | undefined;
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  readonly onPage: (page: number) => void;
  readonly sizes?: readonly number[];
  readonly onSize?: (size: number) => void;
}

/** A page of a listing as a table: sorted and paged by the API. */
export function ResourceTable<T extends { readonly id: string }>(props: ResourceTableProps<T>) {
  const { label, columns, rows, isStale, choosing, sort = '', onSort } = props;
  return (
    <>
      <div className="table" aria-busy={rows === undefined || isStale}>
        <Table aria-label={label} verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {choosing && <ChoosePage selection={choosing.selection} rows={rows ?? []} />}
              {columns.map(column => (
                <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className={isStale ? 'stale' : ''}>
            {rows === undefined
              ? Array.from({ length: 8 }, (_, line) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
                  <Table.Tr key={line}>
                    {choosing && <Table.Td />}
                    {columns.map(({ key, isSecondary }) => (
                      <Table.Td key={key} className={isSecondary ? 'secondary' : ''}>
                        <Skeleton height={14} my={3} width={`${55 + ((line * 17) % 35)}%`} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))
              : rows.map(row => (
                  <Table.Tr key={row.id}>
                    {choosing && <Choose {...choosing} row={row} />}
                    {columns.map(({ key, isNumber, isSecondary, render }) => (
                      <Table.Td
                        key={key}
                        className={[isNumber && 'end tabular', isSecondary && 'secondary'].filter(Boolean).join(' ')}
                      >
                        {render(row)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
          </Table.Tbody>
        </Table>
      </div>
      {rows !== undefined && <Pager {...props} />}
    </>
  );
}

/** Chooses the rows of the page. */
function ChoosePage({ selection, rows }: { readonly selection: Selection; readonly rows: readonly { id: string }[] }) {
  const { ids, isAll, choose } = selection;
  const chosen = rows.filter(({ id }) => isAll || ids.includes(id)).length;
  const isWhole = chosen > 0 && chosen === rows.length;
  return (
    <Table.Th className="choose">
      <Checkbox
        aria-label={texts.table.selectPage}
        checked={isWhole}
        indeterminate={chosen > 0 && !isWhole}
        disabled={rows.length === 0}
        onChange={() =>
          choose(
            rows.map(({ id }) => id),
            !isWhole,
          )
        }
      />
    </Table.Th>
  );
}

function Choose<T extends { readonly id: string }>({ selection, nameOf, row }: Choosing<T> & { readonly row: T }) {
  const { ids, isAll, choose } = selection;
  return (
    <Table.Td className="choose">
      <Checkbox
        aria-label={texts.table.select(nameOf(row))}
        checked={isAll || ids.includes(row.id)}
        onChange={event => choose([row.id], event.currentTarget.checked)}
      />
    </Table.Td>
  );
}

interface HeadingProps<T> {
  readonly column: Column<T>;
  readonly sort: string;
  readonly onSort: ((sort: string) => void) | undefined;
}

function Heading<T>({ column: { key, title, isSortable, isNumber, isSecondary }, sort, onSort }: HeadingProps<T>) {
  const direction = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined;
  const className = [isNumber && 'end', isSecondary && 'secondary'].filter(Boolean).join(' ');
  if (!isSortable || onSort === undefined) return <Table.Th className={className}>{title}</Table.Th>;
  return (
    <Table.Th className={className} aria-sort={direction ?? 'none'}>
      <UnstyledButton className="sort" onClick={() => onSort(direction === 'ascending' ? `-${key}` : key)}>
        {title}
        <span aria-hidden="true">{direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
}

type PagerProps = Pick<ResourceTableProps<never>, 'label' | 'total' | 'page' | 'size' | 'onPage' | 'sizes' | 'onSize'>;

/** Which of all rows are shown, and the ways to the others; nothing when there are none. */
export function Pager({ label, total, page, size, onPage, sizes, onSize }: PagerProps) {
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1 && (sizes?.[0] ?? total) >= total) return null;
  const from = (page - 1) * size + 1;
  return (
    <Group justify="space-between" mt="md" gap="sm">
      <Group gap="sm">
        <Text size="sm" c="dimmed" className="tabular">
          {texts.table.range(from, Math.min(page * size, total), total)}
        </Text>
        {sizes && onSize && (
          <Select
            aria-label={texts.table.perPage}
            data={sizes.map(each => ({ value: String(each), label: texts.table.size(each) }))}
            value={String(size)}
            allowDeselect={false}
            size="xs"
            w={126}
            onChange={value => onSize(Number(value))}
          />
        )}
      </Group>
      <nav aria-label={texts.table.pages(label)}>
        <Pagination
          total={pages}
          value={page}
          onChange={onPage}
          size="sm"
          withEdges
          getControlProps={control => ({ 'aria-label': texts.table.controls[control] })}
          getItemProps={item => ({ 'aria-label': texts.table.page(item) })}
        />
      </nav>
    </Group>
  );
}
