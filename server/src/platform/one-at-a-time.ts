/**
 * Makes a function that runs work of the same key one after another in this process, in the order of the calls; work of
 * other keys is not held up. Others wait here instead of in a transaction each, where they would hold connections that
 * everybody needs. It is no lock: other processes know nothing of it.
 */
export function oneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
