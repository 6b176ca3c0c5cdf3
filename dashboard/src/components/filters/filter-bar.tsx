import { Button, CloseButton, Group, Menu, Popover, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { type FilterClause, maxClauses, printFilter } from '../../../../server/src/platform/query/filter.ts';
import { namedTargetsQuery } from '../../api/targets.ts';
import { texts } from '../../texts.ts';
import { FilterIcon } from '../icons.tsx';
import { type Criteria, clausesOf, criteriaOf, describeCriteria, type FilterField, noCriteria } from './criteria.ts';

// Its inputs are loaded when the first filter is chosen.
const FilterEditor = lazy(async () => ({ default: (await import('./filter-editor.tsx')).FilterEditor }));
const t = texts.filters;

interface FilterBarProps {
  readonly fields: readonly FilterField[];
  readonly clauses: readonly FilterClause[];
  readonly onChange: (clauses: readonly FilterClause[]) => void;
}

/** What a list is narrowed down by: a chip for each field that is asked of, to change or to remove, and a menu of the others. */
export function FilterBar({ fields, clauses, onChange }: FilterBarProps) {
  const [edited, edit] = useState<string>();
  const bar = useRef<HTMLDivElement>(null);
  /** Before the chip of a field goes, and the focus with it: to the next one, or to what stands behind the last. */
  const passFocus = (name: string) => {
    const place = [...asked.keys()].indexOf(name);
    const chips = bar.current?.querySelectorAll('.chip') ?? [];
    const next = place === -1 ? undefined : chips[place + 1]?.querySelector('button');
    (next ?? bar.current?.querySelector<HTMLElement>('[data-add]'))?.focus();
  };
  const asked = Map.groupBy(clauses, ({ attribute }) => attribute);
  const isNew = edited !== undefined && !asked.has(edited);
  const others = fields.filter(({ name }) => !asked.has(name));
  /** Puts clauses in the place of those of a field. */
  const replace = (name: string, by: readonly FilterClause[]) => {
    edit(undefined);
    const before = asked.has(name) ? clauses : [...clauses, ...by];
    const place = before.findIndex(({ attribute }) => attribute === name);
    const rest = before.filter(({ attribute }) => attribute !== name);
    onChange(place === -1 ? rest : rest.toSpliced(place, 0, ...by));
  };
  const chipOf = (name: string, own: readonly FilterClause[]) => {
    const field = fields.find(each => each.name === name);
    const criteria = field && (own.length === 0 ? noCriteria : criteriaOf(field, own));
    return (
      <Chip
        key={name}
        label={field?.label ?? name}
        text={
          field === undefined || criteria === undefined || own.length === 0 ? (
            printFilter(own)
          ) : field.kind === 'target' ? (
            <TargetNames kind={field.target ?? ''} ids={criteria.values} />
          ) : (
            describeCriteria(field, criteria)
          )
        }
        onRemove={() => {
          passFocus(name);
          replace(name, []);
        }}
        {...(field &&
          criteria && {
            editing: {
              isOpen: edited === name,
              onToggle: isOpen => {
                edit(isOpen ? name : undefined);
                if (!isOpen && own.length === 0) passFocus(name);
              },
              ...{ field, criteria, onApply: next => replace(name, clausesOf(field, next)) },
            },
          })}
      />
    );
  };

  return (
    <Group ref={bar} gap="xs" miw={0} maw="100%" role="group" aria-label={t.label}>
      {[...asked].map(([name, own]) => chipOf(name, own))}
      {isNew && chipOf(edited, [])}
      <Menu position="bottom-start" width={220} returnFocus>
        <Menu.Target>
          <Button
            data-add
            variant="default"
            size="xs"
            leftSection={<FilterIcon size={14} />}
            // A range takes two.
            disabled={others.length === 0 || clauses.length > maxClauses - 3}
          >
            {t.add}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={320} className="scrolls">
          {others.map(({ name, label }) => (
            <Menu.Item key={name} onClick={() => edit(name)}>
              <span className="break">{label}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked.size > 1 && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => onChange([])}>
          {t.clear}
        </Button>
      )}
    </Group>
  );
}

/** What chosen records are called. */
function TargetNames({ kind, ids }: { readonly kind: string; readonly ids: readonly string[] }) {
  const { data: named = [] } = useQuery(namedTargetsQuery(kind, ids));
  return ids.map(id => named.find(target => target.id === id)?.label ?? `…${id.slice(-8)}`).join(', ');
}

interface ChipProps {
  readonly label: string;
  readonly text: ReactNode;
  readonly onRemove: () => void;
  /** Not there when the field's input cannot show what is asked. */
  readonly editing?: {
    readonly isOpen: boolean;
    readonly onToggle: (isOpen: boolean) => void;
    readonly field: FilterField;
    readonly criteria: Criteria;
    readonly onApply: (criteria: Criteria) => void;
  };
}

function Chip({ label, text, onRemove, editing }: ChipProps) {
  const shown = (
    <>
      <Text span inherit c="dimmed">
        {label}
        {text !== '' && ':'}
      </Text>{' '}
      {text}
    </>
  );
  return (
    <div className="chip">
      {editing === undefined ? (
        <span className="chip-text">{shown}</span>
      ) : (
        <Popover
          opened={editing.isOpen}
          onChange={editing.onToggle}
          position="bottom-start"
          width={280}
          trapFocus
          returnFocus
          shadow="md"
        >
          <Popover.Target>
            <UnstyledButton className="chip-text" onClick={() => editing.onToggle(!editing.isOpen)}>
              {shown}
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown aria-label={label}>
            <Suspense fallback={<Skeleton height={96} />}>
              <FilterEditor field={editing.field} criteria={editing.criteria} onApply={editing.onApply} />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
      )}
      <CloseButton size={24} iconSize={14} aria-label={t.remove(label)} onClick={onRemove} />
    </div>
  );
}
