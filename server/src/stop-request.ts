/** What service managers and terminals send to end a process. SIGHUP: the terminal was closed. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** From now on these signals do not end the process: the first one aborts what is returned, with its name as the reason. */
export function stopOnSignals(): AbortSignal {
  const request = new AbortController();
  for (const signal of signals) process.on(signal, () => request.abort(signal));
  return request.signal;
}
