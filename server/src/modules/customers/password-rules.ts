import { validationError } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import type { StoreRow } from '../stores/stores.service.ts';

const source = 'data.password';

/** The commonest passwords, lower-cased. Loaded at first use: the list takes some 20 ms to unpack. */
let commonPasswords: Promise<ReadonlySet<string>> | undefined;

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

/** Throws 422 when a new password breaks the store's rules (design.md §7, "password rule"). */
export async function checkNewPassword(store: StoreRow, password: string): Promise<void> {
  if ([...password].length < store.password_min_length) {
    throw validationError(source, wordings.minLength(source, store.password_min_length));
  }
  if (!store.is_common_password_refused) return;
  commonPasswords ??= loadCommonPasswords();
  if ((await commonPasswords).has(password.toLowerCase())) {
    throw validationError(source, `The ${source} is one of the commonest passwords, please choose another.`);
  }
}
