/**
 * Writes changes and follows them, node by node side by side. What became of each node is a result; only what stops
 * the change of a single node before anything is written is thrown.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChangeResult } from "../../schemas/output/change-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { Step } from "../../schemas/service/observed.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { whereabouts } from "../status/reason.ts";
import { absentResult, followedResult, unwrittenResult, writtenResult } from "./change-results.ts";
import { type FollowOutcome, followChange } from "./follow-change.ts";
import type { Change } from "./make-change.ts";
import type { NodeSurvey } from "./read-snapshot.ts";
import { isUnderWay, unchangedResult } from "./unchanged-result.ts";
import { announce, remember, type WritePorts, writeChange } from "./write-change.ts";

export interface Target {
  readonly survey: NodeSurvey;
  readonly change: Change;
}

export interface CarryOutPorts extends WritePorts {
  readonly signal: AbortSignal;
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** How long a node may take to accept before it is told what is waited for. */
  readonly patienceMs: number;
  /** Why nothing is heard of any node now, such as a bus that is gone; undefined while all is well. */
  deafness?(): string | undefined;
  now(): number;
  onStep(node: NodeName, step: Step): void;
  onWaiting(text: string): void;
}

export async function executeChanges(ports: CarryOutPorts, targets: readonly Target[]): Promise<ChangeResult[]> {
  return await Promise.all(
    targets.map(async (target) => {
      try {
        return await carryOutOne(ports, target);
      } catch (error) {
        if (targets.length === 1 || !(error instanceof McpError)) throw error;
        return unwrittenResult(target, error);
      }
    }),
  );
}

async function carryOutOne(ports: CarryOutPorts, target: Target): Promise<ChangeResult> {
  const { survey, change } = target;
  if (change.document === undefined) return await leaveAsIs(ports, target);
  const facts = { survey, change, document: change.document };
  const isThere = livenessOf(survey.node, survey.presence).liveness === "online";
  const startedMs = ports.now();
  const stop = new AbortController();
  const writing = writeChange(ports, change, change.document);
  writing.catch(() => undefined); // told below; until then nobody waits for it
  await nextTurn(); // with that it is on its way, and following begins while the node takes it
  const following = ports.wait && isThere ? follow(ports, change.document, stop.signal) : undefined;
  following?.catch(() => undefined); // as above
  try {
    await writing;
    const [outcome] = await Promise.all([following, announce(ports, change, change.document)]);
    if (outcome !== undefined) return followedResult(facts, outcome, ports.now() - startedMs);
    return isThere ? writtenResult(facts) : absentResult(facts);
  } finally {
    stop.abort();
  }
}

/** Nothing to write; but what somebody else wrote may be under way, and is followed all the same. */
async function leaveAsIs(ports: CarryOutPorts, { survey, change }: Target): Promise<ChangeResult> {
  const document = survey.stored?.document;
  if (document !== undefined && change.marksSeen) await remember(ports, document);
  if (document === undefined || !ports.wait || !isUnderWay(survey, ports.now())) {
    return unchangedResult(survey, ports.now());
  }
  return followedResult({ survey, change, document }, await follow(ports, document, ports.signal), undefined);
}

async function follow(ports: CarryOutPorts, document: DesiredService, until: AbortSignal): Promise<FollowOutcome> {
  const { bus, timeoutMs, patienceMs } = ports;
  const outcome = await followChange(bus, {
    document,
    timeoutMs,
    patienceMs,
    signal: AbortSignal.any([ports.signal, until]),
    onStep: (step) => ports.onStep(document.node, step),
    onPatienceLost: (waitsFor) => void tellWaiting(ports, document, waitsFor),
  });
  const waitsFor = ports.deafness?.();
  return outcome.kind === "pending" && waitsFor !== undefined ? { ...outcome, waitsFor } : outcome;
}

async function tellWaiting(ports: CarryOutPorts, document: DesiredService, said: string | undefined): Promise<void> {
  if (ports.deafness?.() !== undefined) return; // told already
  const { node, service, generation } = document;
  const presence = await ports.bus.readPresence(node).catch(() => undefined); // told without it, then
  const why = said ?? `see \`mcp status ${service}@${node}\``;
  ports.onWaiting(
    `${whereabouts(livenessOf(node, presence))} and has not accepted generation ${generation} yet; ${why}`,
  );
}
