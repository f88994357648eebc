/** "Did you mean": the known word nearest to one that is not known. */
import { distance } from "fastest-levenshtein";

/** One wrong letter in three is allowed, and two always: more make a different word. */
const LETTERS_PER_ERROR = 3;

/** A shorter beginning fits too many words. */
const MIN_BEGINNING = 2;

/**
 * The candidate that begins with the word (the shortest), else the one that takes the fewest changes; undefined when
 * none is near. Ties go to the alphabet.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const candidates = [...new Set(known)].sort();
  return completed(word, candidates) ?? corrected(word, candidates);
}

function completed(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < MIN_BEGINNING) return undefined;
  const begun = candidates.filter((candidate) => candidate.startsWith(word));
  return begun.toSorted((a, b) => a.length - b.length)[0];
}

function corrected(word: string, candidates: readonly string[]): string | undefined {
  const allowed = Math.max(2, Math.floor(word.length / LETTERS_PER_ERROR));
  return candidates
    .map((candidate) => ({ candidate, errors: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, errors }) => errors <= allowed && isSimilar(word, candidate, errors))
    .sort((a, b) => a.errors - b.errors)[0]?.candidate;
}

/** Half of a short word's letters make a different word, unless they only changed places. */
function isSimilar(word: string, candidate: string, errors: number): boolean {
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  return errors * 2 < Math.max(word.length, candidate.length) || letters(word) === letters(candidate);
}

/** ` (did you mean "web"?)`, or nothing when no candidate is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}
