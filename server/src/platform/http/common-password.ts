import { isCommonPassword } from '../crypto/common-passwords.ts';
import { validationError } from '../errors.ts';

/** Throws 422 when the password of a body is among the commonest. */
export async function refuseCommonPassword(password: string): Promise<void> {
  if (!(await isCommonPassword(password))) return;
  throw validationError('data.password', 'The data.password is one of the commonest passwords, please choose another.');
}
