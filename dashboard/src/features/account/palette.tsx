import { Combobox, Loader, Modal, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { customersQuery, isSearchable } from '../../api/customers.ts';
import { useSession } from '../../api/staff.ts';
import { Highlight } from '../../components/highlight.tsx';
import { SearchIcon } from '../../components/icons.tsx';
import { texts } from '../../texts.ts';

const t = texts.palette;
/** So many customers are shown of those that match. */
const mostCustomers = 8;

/** Where one can go; a page that a role may not use is left out. */
const pages = [
  { to: '/customers', label: texts.navigation.customers, route: 'GET /v2/customers' },
  { to: '/customers/new', label: texts.customer.new, route: 'POST /v2/customers' },
  { to: '/orders', label: texts.navigation.orders, route: 'GET /v2/orders' },
  { to: '/products', label: texts.navigation.products, route: 'GET /v2/products' },
  { to: '/flows', label: texts.navigation.flows, route: 'GET /v2/flows' },
  { to: '/settings', label: texts.navigation.settings, route: 'GET /staff/stores/current' },
];

interface PaletteProps {
  /** What was typed before the input had the focus; keys go there from then on. */
  readonly takeTyped: () => string;
  readonly onClose: () => void;
}

/** Finds a customer or a page by what is typed, and goes there. */
export function Palette({ takeTyped, onClose }: PaletteProps) {
  const [text, setText] = useState('');
  /** Enter was pressed before the search had answered. */
  const [isAwaited, setAwaited] = useState(false);
  const [search] = useDebouncedValue(text.trim(), 150);
  const { can } = useSession();
  const navigate = useNavigate();
  const combobox = useCombobox({ opened: true });
  const isSought = isSearchable(search);
  const query = useQuery({
    ...customersQuery({ search, filter: '', sort: '', page: 1, size: mostCustomers }),
    enabled: isSought,
  });
  const customers = isSought ? (query.data?.data ?? []) : [];
  // What was found for another text must not be opened.
  const isCurrent = text.trim() === search && !(isSought && (query.isPending || query.isPlaceholderData));
  const found = pages.filter(
    ({ label, route }) => can(route) && label.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const sought = text.trim().toLowerCase();
  // A page whose name one has begun to type comes before people whose name has it somewhere.
  const isBegun = sought !== '' && found.some(({ label }) => label.toLowerCase().startsWith(sought));
  const places = isBegun ? found.map(({ to }) => to) : [];
  const isEmpty = found.length === 0 && customers.length === 0 && !query.isFetching;
  // What Enter would open: the first, of whatever is found.
  const first = places[0] ?? (customers[0] && `/customers/${customers[0].id}`) ?? found[0]?.to;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when something else is found
  useEffect(() => {
    combobox.selectFirstOption();
  }, [first]);
  const open = (to: string) => {
    onClose();
    navigate({ to });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as it is known what to open
  useEffect(() => {
    if (isAwaited && isCurrent && first !== undefined) open(first);
  }, [isAwaited, isCurrent, first]);

  const pagesFound = found.length > 0 && (
    <Combobox.Group label={t.pages}>
      {found.map(({ to, label }) => (
        <Combobox.Option key={to} value={to}>
          {label}
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );

  return (
    <Modal.Root opened onClose={onClose} padding={0} yOffset="12vh" size="lg">
      <Modal.Overlay />
      <Modal.Content aria-label={t.title}>
        <Modal.Body>
          <Combobox store={combobox} onOptionSubmit={open}>
            <Combobox.EventsTarget withExpandedAttribute>
              <TextInput
                size="md"
                variant="unstyled"
                className="palette-input"
                role="combobox"
                aria-label={t.label}
                placeholder={t.hint}
                leftSection={<SearchIcon size={18} />}
                rightSection={isSought && query.isFetching && <Loader size="xs" aria-label={texts.loading} />}
                value={text}
                maxLength={256}
                onFocus={() => {
                  const typed = takeTyped();
                  setText(before => before + typed);
                }}
                onChange={event => {
                  setText(event.currentTarget.value);
                  setAwaited(false);
                }}
                onKeyDownCapture={event => {
                  // An open list keeps the key from the dialog.
                  if (event.key === 'Escape') return onClose();
                  if (event.key !== 'Enter' || isCurrent) return;
                  event.stopPropagation();
                  setAwaited(true);
                }}
                data-autofocus
              />
            </Combobox.EventsTarget>
            <Combobox.Options aria-label={t.title} className="palette-options">
              {isBegun && pagesFound}
              {customers.length > 0 && (
                <Combobox.Group label={texts.navigation.customers}>
                  {customers.map(({ id, name, email }) => (
                    <Combobox.Option key={id} value={`/customers/${id}`}>
                      <Text size="sm" fw={550} className="break">
                        <Highlight text={name} search={search} />
                      </Text>
                      <Text size="xs" c="dimmed" className="break">
                        <Highlight text={email} search={search} />
                      </Text>
                    </Combobox.Option>
                  ))}
                </Combobox.Group>
              )}
              {!isBegun && pagesFound}
              {isEmpty && <Combobox.Empty>{t.nothing}</Combobox.Empty>}
            </Combobox.Options>
          </Combobox>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
