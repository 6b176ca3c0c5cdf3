import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { texts } from '../texts.ts';
import { ColumnsIcon } from './icons.tsx';

interface ColumnMenuProps {
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly shown: readonly string[];
  readonly onChange: (shown: readonly string[]) => void;
}

/** Which columns a list shows: they keep their order. */
export function ColumnMenu({ columns, shown, onChange }: ColumnMenuProps) {
  return (
    <Popover position="bottom-end" width={240} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<ColumnsIcon size={16} />}>
          {texts.table.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={360} className="scrolls" aria-label={texts.table.columns}>
        <Checkbox.Group
          aria-label={texts.table.columns}
          value={[...shown]}
          onChange={chosen => onChange(columns.map(({ key }) => key).filter(key => chosen.includes(key)))}
        >
          <Stack gap="xs">
            {columns.map(({ key, title }) => (
              <Checkbox key={key} value={key} label={title} className="break" />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
