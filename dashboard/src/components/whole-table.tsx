import { type Column, ResourceTable } from './resource-table.tsx';

interface WholeTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  /** Undefined while they load. */
  readonly rows: readonly T[] | undefined;
}

/** All of a list that has no pages, in the order of the API. */
export function WholeTable<T extends { readonly id: string }>({ label, columns, rows }: WholeTableProps<T>) {
  const total = rows?.length ?? 0;
  return (
    <ResourceTable
      {...{ label, columns, rows, total, page: 1, size: Math.max(total, 1), isStale: false }}
      onPage={() => undefined}
    />
  );
}
