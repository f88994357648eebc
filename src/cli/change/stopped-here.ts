/**
 * A service on several nodes that an operator stopped on one of them: that node's document says so, and what a
 * definition says for all of them leaves it stopped there, until it is started again. Pure.
 */
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { type DesiredService, type StoppedHere, stoppedHereOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { ageText, msSince } from "../output/age.ts";

/** What is wished for, with what stays stopped here. `wanted` undefined keeps what stands, null ends it. */
export function withStoppedHere(
  spec: ServiceSpec | undefined,
  stored: StoredDesired | undefined,
  wanted: StoppedHere | null | undefined,
): { readonly spec: ServiceSpec | undefined; readonly stoppedHere: StoppedHere | undefined } {
  const stoppedHere = wanted === undefined ? stoppedHereOf(stored?.document) : (wanted ?? undefined);
  if (spec === undefined || stoppedHere === undefined) return { spec, stoppedHere: undefined };
  return { spec: { ...spec, active: false }, stoppedHere };
}

/** For people: who stopped it, when, and how it goes on. Undefined where nothing is to be said. */
export function stoppedHereText(document: DesiredService | undefined, nowMs: number): string | undefined {
  const stopped = stoppedHereOf(document);
  if (document === undefined || stopped === undefined) return undefined;
  const { service, node } = document;
  const who = `${stopped.by} stopped it there alone ${ageText(msSince(stopped.at, nowMs))} ago`;
  return `${service} stays stopped on ${node}: ${who} (\`mcp start ${service}@${node}\`)`;
}
