/**
 * Writes changes and follows them, node by node side by side. What became of each is a result; only what stops the
 * command before it has done anything is thrown.
 */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import type { DesiredService } from "../../schemas/desired.ts";
import { EVENT_KINDS } from "../../schemas/event.ts";
import type { ChangeOutcome, ChangeResult } from "../../schemas/json-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import type { Step } from "../../schemas/observed.ts";
import { NONE } from "../../schemas/subjects.ts";
import { ageText, durationText } from "../output/age.ts";
import { sightingOf } from "../status/sight-nodes.ts";
import { type FollowOutcome, followChange } from "./follow-change.ts";
import { type Change, refOf } from "./make-change.ts";
import type { SeenStates } from "./seen-states.ts";
import type { NodeSurvey } from "./survey.ts";
import { unchangedResult } from "./unchanged-result.ts";

export interface Target {
  readonly survey: NodeSurvey;
  readonly change: Change;
}

export interface CarryOutPorts {
  readonly bus: OperatorBus;
  readonly seen: SeenStates;
  readonly signal: AbortSignal;
  readonly wait: boolean;
  readonly timeoutMs: number;
  now(): number;
  onStep(node: NodeName, step: Step): void;
}

export async function carryOut(ports: CarryOutPorts, targets: readonly Target[]): Promise<ChangeResult[]> {
  return await Promise.all(targets.map((target) => carryOutOne(ports, target)));
}

async function carryOutOne(ports: CarryOutPorts, target: Target): Promise<ChangeResult> {
  const { survey, change } = target;
  const { document } = change;
  if (document === undefined) {
    if (survey.stored !== undefined) await ports.seen.write(survey.node, survey.service, refOf(survey.stored.document));
    return unchangedResult(survey);
  }
  const offline = offlineText(target);
  const follows = ports.wait && offline === undefined;
  const startedMs = ports.now();
  const stop = new AbortController();
  const following = follows ? follow(ports, document, AbortSignal.any([ports.signal, stop.signal])) : undefined;
  following?.catch(() => undefined); // told below; until then nobody waits for it
  try {
    await write(ports, target, document);
    const outcome = await following;
    const ended = outcome === undefined ? notFollowed(target, document, offline) : describe(document, outcome);
    const tookMs = ports.now() - startedMs;
    return { ...base(target, document), ...ended, ...(outcome?.kind === "converged" ? withTime(ended, tookMs) : {}) };
  } finally {
    stop.abort();
  }
}

function follow(ports: CarryOutPorts, document: DesiredService, signal: AbortSignal): Promise<FollowOutcome> {
  const { bus, timeoutMs } = ports;
  return followChange(bus, { document, timeoutMs, signal, onStep: (step) => ports.onStep(document.node, step) });
}

async function write(ports: CarryOutPorts, { change }: Target, document: DesiredService): Promise<void> {
  await ports.bus.writeDesired(document, change.revision);
  await ports.seen.write(document.node, document.service, refOf(document));
  await ports.bus.publishEvent({
    version: 1,
    id: document.writeId,
    node: NONE,
    sequence: 0,
    kind: "operator-wrote",
    severity: EVENT_KINDS["operator-wrote"],
    service: document.service,
    at: document.at,
    message: `${document.author}: ${document.command} ${document.service}@${document.node}, generation ${document.generation}`,
    generation: document.generation,
    author: document.author,
    data: {
      node: document.node,
      command: document.command,
      forced: document.force !== undefined,
      fields: change.differences.map(({ field }) => field),
      ...(document.message === undefined ? {} : { message: document.message }),
    },
  });
}

function base({ survey, change }: Target, document: DesiredService) {
  const { service, node } = survey;
  return { service, node, generation: document.generation, before: change.before, differences: change.differences };
}

type Ended = Pick<ChangeResult, "message" | "failure"> & { readonly outcome: ChangeOutcome };

function describe({ generation, node }: DesiredService, outcome: FollowOutcome): Ended {
  switch (outcome.kind) {
    case "converged":
      return { outcome: "converged", message: `${outcome.report.state} (generation ${generation})` };
    case "superseded":
      return { outcome: "superseded", message: `superseded by generation ${outcome.generation}` };
    case "pending":
      return {
        outcome: "pending",
        message: outcome.accepted
          ? `still being carried out (generation ${generation})`
          : `${node} has not taken generation ${generation} yet; it stands and will be applied`,
      };
    case "failed": {
      const serving = outcome.failure?.previousServing ? "; the previous version serves on" : "";
      const message = `generation ${generation} failed: ${outcome.message}${serving}`;
      return { outcome: "failed", message, ...(outcome.failure && { failure: outcome.failure }) };
    }
  }
}

function withTime({ message }: Ended, tookMs: number): Pick<ChangeResult, "message" | "tookMs"> {
  return { message: message.replace(" (", ` in ${durationText(tookMs)} (`), tookMs };
}

function notFollowed(target: Target, { generation }: DesiredService, offline: string | undefined): Ended {
  if (offline === undefined) return { outcome: "written", message: `written (generation ${generation})` };
  return {
    outcome: "pending",
    message: `${offline}: generation ${generation} will be applied when ${target.survey.node} is back`,
  };
}

/** `rift is offline (last seen 3h ago)`; undefined while it is online. */
function offlineText({ survey }: Target): string | undefined {
  const { liveness, lastSeenMs } = sightingOf(survey.node, survey.presence);
  if (liveness === "online") return undefined;
  if (lastSeenMs === undefined) return `${survey.node} has never been seen`;
  return `${survey.node} is offline (last seen ${ageText(lastSeenMs)} ago)`;
}
