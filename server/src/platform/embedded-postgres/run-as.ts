import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Bits of a file's mode, as for one class of users. */
export const access = { enter: 1, read: 4, readAndEnter: 5 } as const;

/** PostgreSQL refuses to run as root. Best a user of its own; `nobody` shares its files with whatever else runs as nobody. */
const preferredNames = ['clientele', 'postgres', '_postgres', 'nobody', 'daemon'];

/** The users of /etc/passwd; initdb needs an entry there. */
function systemUsers(): SystemUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .flatMap(line => {
      const [, name, uid, gid] = /^([^:#]+):[^:]*:(\d+):(\d+):/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }];
    });
}

/** The user to run PostgreSQL as when this process is root: whoever owns the data already, or the best one there is. */
export function unprivilegedUser(dataPath: string): SystemUser {
  const users = systemUsers().filter(user => user.uid !== 0);
  const owner = statSync(dataPath, { throwIfNoEntry: false })?.uid;
  const chosen =
    users.find(user => user.uid === owner) ??
    preferredNames.flatMap(name => users.find(user => user.name === name) ?? [])[0];
  if (chosen === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no user to run it as: add one with `useradd --system clientele`, ' +
        'start the service as another user, or set DATABASE_URL to a PostgreSQL server',
    );
  }
  return chosen;
}

/** Whether the user may enter every folder above the path and has the wanted access to the path itself. */
export function canReach(user: SystemUser, path: string, wanted: number): boolean {
  const allows = (stats: Stats, bits: number): boolean => {
    const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0;
    return ((stats.mode >> shift) & bits) === bits;
  };
  let place = realpathSync(path);
  if (!allows(statSync(place), wanted)) return false;
  while (place !== dirname(place)) {
    place = dirname(place);
    if (!allows(statSync(place), access.enter)) return false;
  }
  return true;
}

/** Options of child_process that make the child run as that user; undefined is this process's own user. */
export function identity(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}
