import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../../config.ts';

/** 256 random bits: a fast digest of them is enough to keep. */
export const newToken = () => randomBytes(32).toString('base64url');
export const digestOf = (token: string) => createHash('sha256').update(token).digest();

/** The cookie of a staff session. */
export interface StaffCookie {
  /** The token in a Cookie header, or undefined. */
  read(header: string): string | undefined;
  /** The Set-Cookie header that hands a token out. The session ends, not the cookie. */
  give(token: string): string;
  /** The Set-Cookie header that removes it. */
  remove(): string;
}

/** Behind https the browser binds the cookie to this host and to https (`__Host-`). */
export function createStaffCookie({ CLIENTELE_PUBLIC_URL }: Config): StaffCookie {
  const isSecure = CLIENTELE_PUBLIC_URL?.startsWith('https:') === true;
  const name = isSecure ? '__Host-clientele_staff' : 'clientele_staff';
  const pattern = new RegExp(`(?:^|;\\s*)${name}=([A-Za-z0-9_-]{43})(?:;|$)`);
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return {
    read: header => pattern.exec(header)?.[1],
    give: token => `${name}=${token}; ${attributes}`,
    remove: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}
