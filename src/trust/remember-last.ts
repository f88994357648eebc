/**
 * A cache for a pure function of a text. An operator signs thousands of documents with one JWT and one key, and parsing
 * either takes longer than checking a signature.
 */

/** @param most number of cached results; the oldest is dropped first. Errors are not cached. */
export function rememberLast<T>(most: number, work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = work(text);
    const [first] = known.size < most ? [] : known.keys();
    if (first !== undefined) known.delete(first);
    known.set(text, value);
    return value;
  };
}
