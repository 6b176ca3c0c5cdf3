import type { ReactNode } from 'react';
import { useSession } from '../api/staff.ts';
import { texts } from '../texts.ts';
import { EmptyPage } from './states.tsx';

interface PermittedProps {
  /** The route that the page cannot do without, as the API's permission table names it. */
  readonly route: string;
  readonly children: ReactNode;
}

/** A page for those whose role may use a route; to others it says that they may not. */
export function Permitted({ route, children }: PermittedProps) {
  const { can } = useSession();
  if (can(route)) return children;
  return <EmptyPage title={texts.errors.noPermission} help={texts.errors.noPermissionHelp} />;
}
