/**
 * Caches the results of a pure function of a text. An operator signs thousands of documents with one JWT and one key, and
 * parsing them takes longer than checking a signature.
 */

/** The oldest result is dropped first. Errors are not cached. @param most number of cached results */
export function rememberLast<T>(most: number, work: (text: string) => T): (text: string) => T {
  const cache = new Map<string, T>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const value = work(text);
    const [oldest] = cache.size < most ? [] : cache.keys();
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(text, value);
    return value;
  };
}
