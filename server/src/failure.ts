/** What went wrong, in one line where that is possible. */
export function describeFailure(error: unknown): string {
  // Node joins failed attempts to connect to several addresses in an error without a message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describeFailure).join(', ');
  return error instanceof Error ? error.message : String(error);
}
