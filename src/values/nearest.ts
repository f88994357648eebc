/** "Did you mean": the known word nearest to one that is not known. */
import { distance } from "fastest-levenshtein";

/** More wrong letters than one in three (two are always allowed) make another word. */
const LETTERS_PER_ERROR = 3;

/** The candidate that takes the fewest changes; undefined when none is near. Ties go to the alphabet. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const allowed = Math.max(2, Math.floor(word.length / LETTERS_PER_ERROR));
  const ranked = [...new Set(known)]
    .map((candidate) => ({ candidate, errors: errorsBetween(word, candidate) }))
    .filter(({ candidate, errors }) => errors <= allowed && errors < candidate.length)
    .sort((a, b) => a.errors - b.errors || (a.candidate < b.candidate ? -1 : 1));
  return ranked[0]?.candidate;
}

/** A word that was cut short (`stat` for `status`) counts as one error. */
function errorsBetween(word: string, candidate: string): number {
  if (word.length >= 3 && candidate.startsWith(word)) return 1;
  return distance(word.toLowerCase(), candidate.toLowerCase());
}

/** ` (did you mean "web"?)`, or nothing when no candidate is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}
