import { ApiError } from '../../platform/errors.ts';

/** Errors of whoever proves who they are by a password. */
export const throttleErrors = {
  /** The same for an unknown e-mail, a wrong password and an account without one (reference: customers.md, "Customer tokens"). */
  wrongCredentials: () =>
    new ApiError([{ status: 401, title: 'Unauthorized', detail: 'The email or password is incorrect' }], {
      'www-authenticate': 'Bearer',
    }),
};
