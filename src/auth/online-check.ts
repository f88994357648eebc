/**
 * MCIAS's own word on a token, which also knows of revoked ones and of names. A good word is kept for a while, under the
 * token's hash, so that renewals do not ask each time. Rule: no word is no good word.
 */
import { createHash } from "node:crypto";
import type { MciasValidation } from "../schemas/mcias.ts";

/** A revoked token counts for so long at most, and what it was exchanged for as long as that lives. */
const KEEP_MS = 30_000;
const MAX_KEPT = 1_000;

/** @param ask MCIAS @param now Unix milliseconds @returns a check that throws as `ask` */
export function onlineCheck(
  ask: (token: string) => Promise<MciasValidation>,
  now: () => number,
): (token: string) => Promise<MciasValidation> {
  const kept = new Map<string, { readonly word: MciasValidation; readonly atMs: number }>();
  return async (token) => {
    const hash = createHash("sha256").update(token).digest("base64");
    const known = kept.get(hash);
    if (known !== undefined && now() - known.atMs < KEEP_MS) return known.word;
    kept.delete(hash);
    const word = await ask(token);
    if (word.valid) kept.set(hash, { word, atMs: now() });
    for (const first of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(first);
    }
    return word;
  };
}
