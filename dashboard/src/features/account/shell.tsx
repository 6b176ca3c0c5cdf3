import { ActionIcon, Container, Kbd, Menu, Modal, Select, Table, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, selectedStore, sessionEnded } from '../../api/client.ts';
import { useSession } from '../../api/staff.ts';
import {
  BagIcon,
  BoxIcon,
  FieldsIcon,
  GearIcon,
  KeyboardIcon,
  PeopleIcon,
  SearchIcon,
  SunIcon,
  UserIcon,
} from '../../components/icons.tsx';
import { useLeaving } from '../../components/leave-dialog.tsx';
import { EmptyPage } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { hasUnsaved } from '../../unsaved.ts';
import { type TypedAhead, typeAhead } from './type-ahead.ts';

const SignInDialog = lazy(async () => ({ default: (await import('./sign-in-dialog.tsx')).SignInDialog }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** What stands around every page: navigation, store, appearance, account; goes to sign-in when the session has ended. */
export function Shell() {
  const { store } = useSession();
  const [hasEnded, setEnded] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [areShortcutsOpen, shortcuts] = useDisclosure();
  const [isPaletteOpen, palette] = useDisclosure();
  const ahead = useRef<TypedAhead>(undefined);
  const takeTyped = () => ahead.current?.take() ?? '';
  const openPalette = () => {
    takeTyped();
    ahead.current = typeAhead();
    palette.open();
  };
  const closePalette = () => {
    takeTyped();
    palette.close();
  };
  useHotkeys([['shift+?', shortcuts.open]]);
  // In fields, too.
  useHotkeys([['mod+K', isPaletteOpen ? closePalette : openPalette]], []);

  useEffect(() => {
    const leave = async () => {
      if (hasUnsaved()) return setEnded(true);
      const { pathname, search } = window.location;
      // Several requests may hear of it, one after the other.
      if (pathname === '/sign-in') return;
      await navigate({ to: '/sign-in', search: { next: pathname + search } });
      // Not before: what still shows would read it anew.
      queries.clear();
    };
    sessionEnded.addEventListener('end', leave);
    return () => sessionEnded.removeEventListener('end', leave);
  }, [navigate, queries]);

  // On phones, where not all of it is seen, the page that is open is.
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path decides which one is active
  useEffect(() => {
    nav.current?.querySelector('[data-status="active"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);

  // The link that led here is gone, and the focus with it: the next key is for the new page.
  const opened = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const openedBefore = useRef(opened);
  useEffect(() => {
    if (openedBefore.current === opened) return;
    openedBefore.current = opened;
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
  }, [opened]);

  return (
    <>
      <a className="skip-link" href="#content">
        {texts.skipToContent}
      </a>
      <header className="header">
        <Container size="xl" className="bar">
          <Link to="/customers" className="brand" aria-label={texts.product}>
            <img src="/favicon.svg" alt="" width={26} height={26} />
            <span>{texts.product}</span>
          </Link>
          <nav ref={nav} className="nav" aria-label={texts.navigation.label}>
            <Link to="/customers">
              <PeopleIcon /> {texts.navigation.customers}
            </Link>
            <Link to="/orders">
              <BagIcon /> {texts.navigation.orders}
            </Link>
            <Link to="/products">
              <BoxIcon /> {texts.navigation.products}
            </Link>
            <Link to="/flows">
              <FieldsIcon /> {texts.navigation.flows}
            </Link>
            <Link to="/settings">
              <GearIcon /> {texts.navigation.settings}
            </Link>
          </nav>
          <StoreSelect />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={texts.palette.title}
            aria-keyshortcuts="Control+K Meta+K"
            onClick={openPalette}
          >
            <SearchIcon />
          </ActionIcon>
          <ActionIcon
            className="wide"
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={texts.shortcuts.title}
            onClick={shortcuts.open}
          >
            <KeyboardIcon />
          </ActionIcon>
          <ThemeMenu />
          <AccountMenu />
        </Container>
      </header>
      <Container size="xl" py="xl" component="main" id="content" tabIndex={-1}>
        {store === undefined ? <EmptyPage title={texts.errors.noStore} help={texts.errors.noStoreHelp} /> : <Outlet />}
      </Container>
      {isPaletteOpen && (
        <Suspense>
          <Palette takeTyped={takeTyped} onClose={closePalette} />
        </Suspense>
      )}
      <Shortcuts opened={areShortcutsOpen} onClose={shortcuts.close} />
      {hasEnded && (
        <Suspense>
          <SignInDialog onSignedIn={() => setEnded(false)} />
        </Suspense>
      )}
    </>
  );
}

function StoreSelect() {
  const { stores, store } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  // What is not saved belongs to the store that is left.
  const { leave, question } = useLeaving(async (id: string) => {
    selectedStore.set(id);
    await navigate({ to: '/customers', ignoreBlocker: true });
    await queries.resetQueries();
  });
  if (stores.length < 2) return null;
  return (
    <>
      <Select
        aria-label={texts.navigation.store}
        data={stores.map(({ id, name }) => ({ value: id, label: name }))}
        value={store?.id ?? null}
        allowDeselect={false}
        size="xs"
        w={170}
        onChange={id => id !== null && leave(id)}
      />
      {question}
    </>
  );
}

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.theme.label}>
          <SunIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map(scheme => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} fw={scheme === colorScheme ? 600 : 400}>
            {texts.theme[scheme]}
            {scheme === colorScheme && ' ✓'}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const { me } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { leave: signOut, question } = useLeaving(async (path: string) => {
    await api.delete(path).catch(() => undefined);
    await navigate({ to: '/sign-in', search: {}, ignoreBlocker: true });
    // Not before: what still shows would read it anew.
    queries.clear();
  });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.navigation.account}>
            <UserIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--mantine-color-text)" className="break">
              {me.name}
            </Text>
            <Text size="xs" className="break">
              {me.email}
            </Text>
            <Text size="xs">{texts.roles[me.role] ?? me.role}</Text>
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item component="a" href="/docs">
            {texts.navigation.apiReference}
          </Menu.Item>
          <Menu.Item onClick={() => signOut('/staff/sessions')}>{texts.signIn.signOutEverywhere}</Menu.Item>
          <Menu.Item onClick={() => signOut('/staff/sessions/current')}>{texts.signIn.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {question}
    </>
  );
}

const keys = [
  ['Ctrl/⌘ K', texts.shortcuts.palette],
  ['/', texts.shortcuts.search],
  ['Ctrl/⌘ S', texts.shortcuts.save],
  ['Esc', texts.shortcuts.close],
  ['?', texts.shortcuts.open],
] as const;

function Shortcuts({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={texts.shortcuts.title}
      closeButtonProps={{ 'aria-label': texts.shortcuts.close }}
    >
      <Table>
        <Table.Tbody>
          {keys.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Td>{what}</Table.Td>
              <Table.Td className="end">
                <Kbd>{key}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
