/**
 * The plan for one component: takes what differs (find-drift.ts) and decides what is done now, or why not. Pure.
 * While a new generation is being carried out every difference is work; afterwards it is drift, and the service's
 * drift policy, delays and the limit on repairs hold it back.
 */
import type { Drift } from "../../schemas/drift.ts";
import { LABEL } from "../../schemas/labels.ts";
import { containerName } from "../../schemas/names.ts";
import type { Blocked } from "../../schemas/observed.ts";
import { specHash } from "../../schemas/spec-hash.ts";
import type { Action } from "./action.ts";
import { MAX_REPAIRS } from "./backoff.ts";
import { base, type ComponentInput, type Finding, findDrift, hasFailed, isDeploying } from "./find-drift.ts";

export interface ComponentPlan {
  readonly drift: readonly Drift[];
  /** Waves count from 0 within the component. */
  readonly actions: readonly Action[];
  readonly blocked: readonly Blocked[];
  /** It runs as desired, or has done its work: what depends on it may start. */
  readonly up: boolean;
  readonly wakeAtMs?: number;
}

export function planComponent(input: ComponentInput): ComponentPlan {
  const cleaning = tidy(input);
  const finding = findDrift(input);
  const strangers = strangersOf(input);
  if (finding === undefined) {
    return { drift: strangers, actions: cleaning, blocked: [], up: input.service.active };
  }
  const decided = decide(input, finding);
  return { ...decided, drift: [...decided.drift, ...strangers], actions: [...cleaning, ...decided.actions] };
}

/** A half-made container of a spec that is no longer wanted, and what earlier replacements left behind. */
function tidy(input: ComponentInput): Action[] {
  const { candidate, leftovers } = input.containers;
  const wanted = input.service.active && candidate?.labels[LABEL.spec] === specHash(input.component);
  const abandoned = candidate === undefined || wanted ? [] : [candidate];
  const { stopTimeoutMs } = input.component;
  return [...abandoned, ...leftovers].map((container) => ({
    kind: "remove",
    container,
    stopTimeoutMs,
    ...base(input),
    repairs: false,
    wave: -1,
  }));
}

function strangersOf(input: ComponentInput): Drift[] {
  if (input.service.drift === "ignore") return [];
  return input.containers.strangers.map((c) => ({
    kind: "conflict",
    component: input.component.name,
    containerName: c.name,
    differences: [{ field: "name", want: containerName(input.service.name, input.component.name), have: c.name }],
  }));
}

function decide(input: ComponentInput, finding: Finding): ComponentPlan {
  const hold = holdBack(input, finding);
  const deploying = isDeploying(input);
  const shown = deploying || input.service.drift === "ignore" ? [] : [finding.drift];
  const actions = finding.action === undefined || hold !== undefined ? [] : [finding.action];
  return {
    drift: shown,
    actions,
    blocked: hold?.blocked === undefined ? [] : [hold.blocked],
    up: false,
    ...(hold?.wakeAtMs === undefined ? {} : { wakeAtMs: hold.wakeAtMs }),
  };
}

interface Hold {
  readonly blocked?: Blocked;
  readonly wakeAtMs?: number;
}

/** Why nothing is done now; undefined when the action may go ahead. */
function holdBack(input: ComponentInput, finding: Finding): Hold | undefined {
  const { component, memory, nowMs } = input;
  const block = (reason: Blocked["reason"], message: string): Blocked => ({
    component: component.name,
    reason,
    message,
  });
  const wasUp = memory.serving[component.name] !== undefined;
  if (wasUp && !isDeploying(input) && input.service.drift !== "repair") return {};
  if (input.claimed !== undefined && finding.action?.kind === "rollout") return { blocked: input.claimed };
  const repair = memory.repairs[component.name];
  if (hasFailed(input) && finding.action?.kind === "rollout") {
    const retries = input.containers.current === undefined && repair !== undefined;
    if (!retries) return { blocked: block("failed", `generation ${input.generation} failed and is not tried again`) };
  }
  if (repair === undefined) return undefined;
  if (finding.outside && !isDeploying(input) && repair.count >= MAX_REPAIRS) {
    return { blocked: block("fight", `something outside undid ${repair.count} repairs; waiting for an operator`) };
  }
  if (repair.notBeforeMs <= nowMs) return undefined;
  return { blocked: block("backoff", `tried ${repair.count} times, next try soon`), wakeAtMs: repair.notBeforeMs };
}
