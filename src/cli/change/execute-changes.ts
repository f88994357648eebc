/**
 * Writes changes and follows them, all nodes at the same time. Each node gets a result. Only when there is a single node,
 * and nothing could be written, the error is thrown.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChangeResult } from "../../schemas/output/change-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { Step } from "../../schemas/service/observed.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { requireAgent } from "../fleet/require-agent.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { livenessText, storeText } from "../status/reason.ts";
import { absentResult, followedResult, unwrittenResult, writtenResult } from "./change-results.ts";
import { type FollowOutcome, followChange, type PendingOutcome } from "./follow-change.ts";
import type { Change } from "./make-change.ts";
import type { NodeSnapshot } from "./read-snapshot.ts";
import { isUnderWay, unchangedResult } from "./unchanged-result.ts";
import { publishChange, remember, type WritePorts, writeChange } from "./write-change.ts";

export interface PlannedChange {
  readonly snapshot: NodeSnapshot;
  readonly change: Change;
}

export interface ExecutePorts extends WritePorts {
  readonly signal: AbortSignal;
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** How long a node may take to accept before the command prints what it waits for. */
  readonly patienceMs: number;
  /** Why no node can be heard now, such as a lost connection; undefined while the bus is connected. */
  connectionProblem?(): string | undefined;
  now(): number;
  onStep(node: NodeName, step: Step): void;
  onWaiting(text: string): void;
}

export async function executeChanges(ports: ExecutePorts, targets: readonly PlannedChange[]): Promise<ChangeResult[]> {
  return await Promise.all(
    targets.map(async (target) => {
      try {
        return await executeOne(ports, target);
      } catch (error) {
        if (targets.length === 1 || !(error instanceof McpError)) throw error;
        return unwrittenResult(target, error);
      }
    }),
  );
}

async function executeOne(ports: ExecutePorts, target: PlannedChange): Promise<ChangeResult> {
  const { snapshot, change } = target;
  if (change.document === undefined) return await followStored(ports, target);
  requireAgent(snapshot, change.document);
  const facts = { snapshot, change, document: change.document };
  const isThere = livenessOf(snapshot.node, snapshot.presence).liveness === "online";
  const startedMs = ports.now();
  const stop = new AbortController();
  const writing = writeChange(ports, change, change.document);
  writing.catch(() => undefined); // awaited below
  await nextTurn(); // the write is sent before following begins
  const following = ports.wait && isThere ? follow(ports, change.document, stop.signal) : undefined;
  following?.catch(() => undefined); // awaited below
  try {
    await writing;
    const [outcome] = await Promise.all([following, publishChange(ports, change, change.document)]);
    if (outcome !== undefined) return followedResult(facts, outcome, ports.now() - startedMs);
    return isThere ? writtenResult(facts) : absentResult(facts);
  } finally {
    stop.abort();
  }
}

/** Nothing to write. The stored state may still be in progress, and is followed then. */
async function followStored(ports: ExecutePorts, { snapshot, change }: PlannedChange): Promise<ChangeResult> {
  const document = snapshot.stored?.document;
  if (document !== undefined && change.marksSeen) await remember(ports, document);
  if (document === undefined || !ports.wait || !isUnderWay(snapshot, ports.now())) {
    return unchangedResult(snapshot, ports.now());
  }
  return followedResult({ snapshot, change, document }, await follow(ports, document, ports.signal), undefined);
}

async function follow(ports: ExecutePorts, document: DesiredService, until: AbortSignal): Promise<FollowOutcome> {
  const { bus, timeoutMs, patienceMs } = ports;
  const outcome = await followChange(bus, {
    document,
    timeoutMs,
    patienceMs,
    signal: AbortSignal.any([ports.signal, until]),
    onStep: (step) => ports.onStep(document.node, step),
    onPatienceLost: (waitsFor) => void reportWaiting(ports, document, waitsFor),
  });
  return outcome.kind === "pending" ? { ...outcome, ...(await reasonToWait(ports, document.node)) } : outcome;
}

/** What the node's reports do not say: the connection is lost, or the node cannot store anything. */
async function reasonToWait(ports: ExecutePorts, node: NodeName): Promise<Pick<PendingOutcome, "waitsFor" | "hint">> {
  const waitsFor = ports.connectionProblem?.();
  if (waitsFor !== undefined) return { waitsFor };
  const { storeProblem } = (await readPresence(ports, node))?.value ?? {};
  return storeProblem === undefined ? {} : { waitsFor: storeText(storeProblem), hint: storeProblem.hint };
}

const readPresence = ({ bus }: ExecutePorts, node: NodeName) => bus.readPresence(node).catch(() => undefined); // shown without it

async function reportWaiting(ports: ExecutePorts, document: DesiredService, said: string | undefined): Promise<void> {
  if (ports.connectionProblem?.() !== undefined) return; // already shown
  const { node, service, generation } = document;
  const presence = await readPresence(ports, node);
  const { waitsFor = said ?? `see \`mcp status ${service}@${node}\`` } = await reasonToWait(ports, node);
  ports.onWaiting(
    `${livenessText(livenessOf(node, presence))} and has not accepted generation ${generation} yet; ${waitsFor}`,
  );
}
