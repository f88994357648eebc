/**
 * Checks what operators were answered against what a bus stored: no acknowledged write is lost, generations have no gap, and
 * everyone whose write was not stored was told so. Pure.
 */
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";

/** One write, as its author saw it. */
export interface Attempt {
  readonly document: DesiredService;
  /** stored: with this revision · lost: somebody else was first · unknown: the author was told that nobody knows. */
  readonly answer:
    | { readonly kind: "stored"; readonly revision: number }
    | { readonly kind: "lost"; readonly said: string }
    | { readonly kind: "unknown" };
}

export interface StoredWrite {
  readonly document: DesiredService;
  readonly revision: number;
}

/** What is wrong, in words; empty when nothing is. @param stored the whole history of every key, oldest first */
export function problemsOf(attempts: readonly Attempt[], stored: readonly StoredWrite[]): string[] {
  return [...attempts.flatMap((attempt) => problemOf(attempt, stored)), ...gapsIn(stored)];
}

function problemOf({ document, answer }: Attempt, stored: readonly StoredWrite[]): string[] {
  const { author, service, generation, writeId } = document;
  const what = `generation ${generation} of ${service} by ${author} (${writeId})`;
  const found = stored.filter((one) => one.document.writeId === writeId);
  if (found.length > 1) return [`${what} is stored ${found.length} times`];
  if (answer.kind === "lost" && found.length === 1)
    return [`${what} is stored, and its author was told: ${answer.said}`];
  if (answer.kind !== "stored") return [];
  if (found.length === 0) return [`${what} was acknowledged and is not stored`];
  const { revision } = answer;
  return found[0]?.revision === revision ? [] : [`${what} is revision ${found[0]?.revision}, not ${revision}`];
}

function gapsIn(stored: readonly StoredWrite[]): string[] {
  const last = new Map<string, DesiredService>();
  return stored.flatMap(({ document }) => {
    const before = last.get(document.service);
    last.set(document.service, document);
    const { service, generation, base } = document;
    const wanted = (before?.generation ?? 0) + 1;
    const problems = generation === wanted ? [] : [`${service}: generation ${generation} where ${wanted} is due`];
    const follows = before === undefined ? base === null : base?.hash === documentHash(before);
    return follows ? problems : [...problems, `${service}: generation ${generation} is not based on the one before`];
  });
}
