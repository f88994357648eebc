/** "Did you mean": finds the candidate nearest to a mistyped word. */
import { distance } from "fastest-levenshtein";

/** One wrong letter in three is allowed, and always two. With more it is another word. */
const LETTERS_PER_ERROR = 3;

/** A shorter prefix matches too many words. */
const MIN_PREFIX = 2;

/**
 * The shortest candidate that starts with the word, otherwise the one with the fewest changes; undefined if none is near.
 * Ties are decided by the alphabet.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const sorted = [...new Set(candidates)].sort();
  return completed(word, sorted) ?? corrected(word, sorted);
}

function completed(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < MIN_PREFIX) return undefined;
  const matches = candidates.filter((candidate) => candidate.startsWith(word));
  return matches.toSorted((a, b) => a.length - b.length)[0];
}

function corrected(word: string, candidates: readonly string[]): string | undefined {
  const allowed = Math.max(2, Math.floor(word.length / LETTERS_PER_ERROR));
  return candidates
    .map((candidate) => ({ candidate, errors: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, errors }) => errors <= allowed && isSimilar(word, candidate, errors))
    .sort((a, b) => a.errors - b.errors)[0]?.candidate;
}

/** If half of the letters differ it is another word, unless they are only swapped. */
function isSimilar(word: string, candidate: string, errors: number): boolean {
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  return errors * 2 < Math.max(word.length, candidate.length) || letters(word) === letters(candidate);
}

/** ` (did you mean "web"?)`, or an empty text if no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}
