/**
 * A service that an operator stopped on one of its nodes only. The document of that node records it, and a deploy for all
 * nodes leaves it stopped there until it is started again. Pure.
 */
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { type DesiredService, type StoppedHere, stoppedHereOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { ageText, msSince } from "../output/age.ts";

/** The spec, inactive where it stays stopped. @param value undefined keeps what is stored, null ends it */
export function withStoppedHere(
  spec: ServiceSpec | undefined,
  stored: StoredDesired | undefined,
  value: StoppedHere | null | undefined,
): { readonly spec: ServiceSpec | undefined; readonly stoppedHere: StoppedHere | undefined } {
  const stoppedHere = value === undefined ? stoppedHereOf(stored?.document) : (value ?? undefined);
  if (spec === undefined || stoppedHere === undefined) return { spec, stoppedHere: undefined };
  return { spec: { ...spec, active: false }, stoppedHere };
}

/** For people: who stopped it, when, and how to start it. Undefined where it is not stopped on this node only. */
export function stoppedHereText(document: DesiredService | undefined, nowMs: number): string | undefined {
  const stopped = stoppedHereOf(document);
  if (document === undefined || stopped === undefined) return undefined;
  const { service, node } = document;
  const who = `${stopped.by} stopped it on this node only ${ageText(msSince(stopped.at, nowMs))} ago`;
  return `${service} stays stopped on ${node}: ${who} (\`mcp start ${service}@${node}\`)`;
}
