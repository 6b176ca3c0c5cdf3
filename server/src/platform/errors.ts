/** One entry of the contract's error document (reference: README.md, "Errors"). */
export interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Dotted path of the offending member, on validation errors. */
  readonly source?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** An answer that is an error: one or more entries, and headers such as Retry-After. Thrown anywhere, sent by the one error handler. */
export class ApiError extends Error {
  readonly entries: readonly [ErrorEntry, ...ErrorEntry[]];
  readonly headers: Readonly<Record<string, string>>;

  constructor(entries: readonly [ErrorEntry, ...ErrorEntry[]], headers: Readonly<Record<string, string>> = {}) {
    super(entries[0].detail);
    this.name = 'ApiError';
    this.entries = entries;
    this.headers = headers;
  }

  /** The first entry, which decides the status. */
  get entry(): ErrorEntry {
    return this.entries[0];
  }

  /** The HTTP status of the answer: that of the first entry. */
  get status(): number {
    return this.entry.status;
  }
}

/** Throws these entries as one error, if there are any. */
export function throwAny(entries: readonly ErrorEntry[]): void {
  const [first, ...rest] = entries;
  if (first !== undefined) throw new ApiError([first, ...rest]);
}

/** Declares an error once, for a module's catalogue; calling the result makes the error to throw. */
export function apiError(status: number, title: string, detail: string, source?: string): () => ApiError {
  return () => new ApiError([{ status, title, detail, ...(source === undefined ? {} : { source }) }]);
}

/** Declares that a resource does not exist, or is out of the caller's reach. */
export const notFoundError = (resource: string, title = 'Not Found') =>
  apiError(404, title, `The requested ${resource} could not be found`);

/** What an error is about: fills the gaps of its detail, and stands in `meta`. */
export interface ErrorSubject {
  readonly gaps?: Readonly<Record<string, string | number>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/**
 * Declares an error whose detail has gaps: `{name}` becomes `gaps.name`. Without a subject the gaps stay, as the
 * documentation shows them.
 */
export function apiErrorAbout(
  status: number,
  title: string,
  detail: string,
  source?: string,
): (subject?: ErrorSubject) => ApiError {
  return ({ gaps = {}, meta } = {}) => {
    const filled = detail.replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
    const more = { ...(source !== undefined && { source }), ...(meta !== undefined && { meta }) };
    return new ApiError([{ status, title, detail: filled, ...more }]);
  };
}

/** An entry for a member of a body that failed validation (422 unless the resource's contract says 400). */
export function failedMember(source: string, detail: string): ErrorEntry {
  return { status: 422, title: 'Failed Validation', detail, source };
}

/** A failed validation of one member of a body. */
export function validationError(source: string, detail: string): ApiError {
  return new ApiError([failedMember(source, detail)]);
}

/** The titles of validation errors, where the contract says 400 (reference: README.md, "Errors"). */
export type ErrorKeyword = 'required' | 'type' | 'format' | 'enum' | 'min' | 'max';

/**
 * A failed validation of one member of a body, for the resources that answer 400 with a keyword as title: settings,
 * currencies, carts, checkout, payments. The faults that the schema finds are told so too: `keywordErrors` in
 * http/schemas.ts.
 */
export function keywordError(keyword: ErrorKeyword, source: string, detail: string): ApiError {
  return new ApiError([{ status: 400, title: keyword, detail, source }]);
}

/** 429 or 503: the same request may succeed after the given number of seconds. */
export function retryLater(status: 429 | 503, title: string, detail: string, retryAfterSeconds: number): ApiError {
  return new ApiError([{ status, title, detail }], {
    'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))),
  });
}

/** 503: a queue is full. Refused on purpose, so that there is no cause to look for. */
export class BusyError extends ApiError {}

/** Declares what there is too much of at once. */
export const tooBusy = (what: string): BusyError => {
  const { entries, headers } = retryLater(503, 'Service Unavailable', `Too many ${what} at once, please try again`, 2);
  return new BusyError(entries, headers);
};

/** Errors that any route may answer with. */
export const commonErrors = {
  invalidJson: apiError(400, 'Bad Request', 'The request body is not valid JSON'),
  dataRequired: apiError(400, 'Bad Request', 'The data object is required'),
  malformedRequest: apiError(400, 'Bad Request', 'The request could not be understood'),
  malformedUrl: apiError(400, 'Bad Request', 'The URL is not valid; what is not ASCII must be percent-encoded'),
  notFound: notFoundError('resource'),
  methodNotAllowed: (allowed: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) =>
    new ApiError(
      [{ status: 405, title: 'Method Not Allowed', detail: 'This method is not allowed for the requested resource' }],
      { allow: allowed.join(', ') },
    ),
  timeout: apiError(408, 'Request Timeout', 'The request was not completed in time'),
  preconditionFailed: apiError(412, 'Precondition Failed', 'The resource has changed since it was read'),
  payloadTooLarge: apiError(413, 'Payload Too Large', 'The request body is too large'),
  expectationFailed: apiError(417, 'Expectation Failed', 'The Expect header cannot be met'),
  headersTooLarge: apiError(431, 'Request Header Fields Too Large', 'The request headers are too large'),
  internal: apiError(500, 'Internal Server Error', 'Something went wrong on our side'),
  databaseUnavailable: () =>
    retryLater(503, 'Service Unavailable', 'The service is temporarily unavailable, please try again', 2),
};
