import { validationError } from '../../platform/errors.ts';
import { refuseCommonPassword } from '../../platform/http/common-password.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import type { StoreRow } from '../stores/stores.service.ts';

const source = 'data.password';

/** Throws 422 when a new password breaks the store's rules (design.md §7, "password rule"). */
export async function checkNewPassword(store: StoreRow, password: string): Promise<void> {
  if ([...password].length < store.password_min_length) {
    throw validationError(source, wordings.minLength(source, store.password_min_length));
  }
  if (!store.is_common_password_refused) return;
  await refuseCommonPassword(password);
}
