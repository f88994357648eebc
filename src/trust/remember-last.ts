/**
 * Remembers what a pure function of a text gave for the last texts it was asked about: an operator signs thousands of
 * documents under one JWT with one key, and reading either takes longer than checking a signature.
 */

/** @param most texts that are remembered; the one that came first is forgotten first. What throws is not remembered. */
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
