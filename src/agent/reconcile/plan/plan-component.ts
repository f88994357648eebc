/**
 * The plan for one component: takes the difference (find-drift.ts) and decides what is done now, or why not. Pure.
 * While a new generation is being carried out every difference is work; afterwards it is drift, and the service's
 * drift policy, delays and the limit on repairs apply.
 */
import type { Drift } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import type { Blocked } from "../../../schemas/service/observed.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import { containerName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import { describeDrift } from "../drift/describe-drift.ts";
import {
  actionBase,
  type ComponentInput,
  type DetectedDrift,
  findDrift,
  hasFailed,
  isDeploying,
} from "../drift/find-drift.ts";
import { movedImage } from "../drift/moved-image.ts";
import type { Action } from "../model/action.ts";
import { isDelayed, MAX_REPAIRS } from "../model/backoff.ts";
import type { ObservedContainer } from "../model/classify.ts";

export interface ComponentPlan {
  readonly drift: readonly Drift[];
  /** Their order counts from 0 within the component. */
  readonly actions: readonly Action[];
  readonly blocked: readonly Blocked[];
  /** It runs as desired, or has finished: components that depend on it may start. */
  readonly up: boolean;
  /** It runs, and its first health check has not passed. */
  readonly isStarting: boolean;
  /** It waits for a component that is starting. */
  readonly isWaiting?: boolean;
  /** It runs, but not as desired: components that came up with it before may be repaired. */
  readonly runs: boolean;
  /** Its spec has never come up here. */
  readonly isNew: boolean;
  /** Nothing differs, including what the drift policy does not report. */
  readonly asDesired: boolean;
  readonly wakeAtMs?: number;
}

export function planComponent(input: ComponentInput): ComponentPlan {
  const superseded = supersededOf(input);
  const finding = findDrift(input);
  const reported = [...foreignContainers(input), ...movedImage(input)];
  const isStarting = hasYetToPass(input);
  const runs = !isDeploying(input) && input.containers.current?.state === "running" && !isStarting;
  const rest = { runs, isStarting, isNew: isNew(input), asDesired: finding === undefined };
  if (finding === undefined) {
    const up = input.service.active && !isStarting;
    return { ...rest, drift: reported, ...cleanup(input, superseded), up };
  }
  const decided = decide(input, finding);
  const drift = [...decided.drift, ...reported];
  const actions = decided.actions.map((action) => (action.kind === "rollout" ? { ...action, superseded } : action));
  // Until the current container has been replaced or removed, a superseded one may be all that serves.
  const isReplaced = actions.some(({ kind }) => kind === "rollout" || kind === "remove");
  const cleaning = isReplaced || finding.waitUntilMs !== undefined ? [] : cleanup(input, superseded).actions;
  return { ...rest, ...decided, drift, actions: [...cleaning, ...actions], up: false };
}

/** Its first health check has not passed: podman may have started it, as after a restart of the machine. */
function hasYetToPass({ component, containers: { current } }: ComponentInput): boolean {
  if (component.health === undefined || current?.state !== "running") return false;
  return current.health === undefined || current.health === "starting";
}

function isNew({ component, memory, containers }: ComponentInput): boolean {
  const hash = specHash(component);
  const served = memory.serving[component.name];
  return containers.current?.labels[LABEL.spec] !== hash && (served === undefined || specHash(served) !== hash);
}

/**
 * An unfinished container of a spec that is no longer desired, or that may not replace the current one; and leftovers of earlier
 * replacements.
 */
function supersededOf({ containers, service, component, claimed }: ComponentInput): ObservedContainer[] {
  const { candidate, leftovers, current } = containers;
  const mayContinue = claimed === undefined || current === undefined;
  const wanted = service.active && mayContinue && candidate?.labels[LABEL.spec] === specHash(component);
  return [...(candidate === undefined || wanted ? [] : [candidate]), ...leftovers];
}

/** Removes what is superseded. A rollout does that itself, when its container is up: until then it may be what serves. */
function cleanup(
  input: ComponentInput,
  superseded: readonly ObservedContainer[],
): Pick<ComponentPlan, "actions" | "blocked" | "wakeAtMs"> {
  if (superseded.length === 0) return { actions: [], blocked: [] };
  const { blocked, ...hold } = holdUntilRetry(input) ?? {};
  if (blocked !== undefined) return { actions: [], blocked: [blocked], ...hold };
  const { stopTimeoutMs } = input.component;
  const removal = { kind: "remove", stopTimeoutMs, ...actionBase(input), repairs: false, order: -1 } as const;
  return { actions: superseded.map((container) => ({ ...removal, container })), blocked: [] };
}

function foreignContainers(input: ComponentInput): Drift[] {
  if (input.service.drift === "ignore") return [];
  return input.containers.foreign.map((c) => ({
    kind: "conflict",
    component: input.component.name,
    containerName: c.name,
    differences: [{ field: "name", want: containerName(input.service.name, input.component.name), have: c.name }],
  }));
}

function decide(
  input: ComponentInput,
  finding: DetectedDrift,
): Pick<ComponentPlan, "drift" | "actions" | "blocked" | "wakeAtMs"> {
  const hold = holdBack(input, finding);
  const shown = isShown(input, finding.drift) ? [finding.drift] : [];
  const actions = finding.action === undefined || hold !== undefined ? [] : [finding.action];
  return {
    drift: shown,
    actions,
    blocked: hold?.blocked === undefined ? [] : [hold.blocked],
    ...(hold?.wakeAtMs === undefined ? {} : { wakeAtMs: hold.wakeAtMs }),
  };
}

/** While a generation is carried out, differences are work; but what was reported as open stays open until it is gone. */
function isShown(input: ComponentInput, { kind, component }: Drift): boolean {
  if (input.service.drift === "ignore") return false;
  return !isDeploying(input) || input.memory.drift.some((open) => open.kind === kind && open.component === component);
}

interface Hold {
  readonly blocked?: Blocked;
  readonly wakeAtMs?: number;
}

/** Why nothing is done now; undefined when the action may be carried out. */
function holdBack(input: ComponentInput, { action, outside, drift, waitUntilMs }: DetectedDrift): Hold | undefined {
  const { component, memory, generation } = input;
  if (waitUntilMs !== undefined) return { wakeAtMs: waitUntilMs };
  const name = input.service.name;
  const block = (reason: Blocked["reason"], message: string, hint: string): Hold => ({
    blocked: { component: component.name, reason, message, hint },
  });
  const wasUp = memory.serving[component.name] !== undefined;
  if (wasUp && !isDeploying(input) && input.service.drift !== "repair") return {};
  if (action === undefined)
    return isDeploying(input) ? block("failed", `cannot be repaired: ${describeDrift(drift)}`, logsHint(input)) : {};
  if (input.claimed !== undefined && ["rollout", "rename"].includes(action.kind)) return { blocked: input.claimed };
  const serves = input.containers.current !== undefined;
  if (serves && hasFailed(input) && action.kind === "rollout") {
    const message = `generation ${generation} failed and is not tried again`;
    return block("failed", message, `deploy a corrected definition, or try again with \`mcp deploy ${name} --retry\``);
  }
  const repair = memory.repairs[component.name];
  const made = repair?.refused === undefined ? (repair?.count ?? 0) : 0;
  if (outside && !isDeploying(input) && made >= MAX_REPAIRS) {
    const message = `something else undid ${made} repairs, so the agent has stopped repairing`;
    return block("fight", message, `stop what changes the container on the node, then \`mcp restart ${name}\``);
  }
  return holdUntilRetry(input);
}

function logsHint({ service, component }: ComponentInput): string {
  return `see why it does not run: \`mcp logs ${service.name}/${component.name}\``;
}

function holdUntilRetry({ component, memory, nowMs }: ComponentInput): Hold | undefined {
  const repair = memory.repairs[component.name];
  if (repair === undefined || !isDelayed(repair.notBeforeMs, nowMs)) return undefined;
  const why = repair.refused === undefined ? "" : `: ${repair.refused}`;
  const message = `${repair.count === 1 ? "1 attempt" : `${repair.count} attempts`} so far, the next one is due soon${why}`;
  const advice = present({ code: repair.code, hint: repair.hint });
  return {
    blocked: { component: component.name, reason: "backoff", message, ...advice },
    wakeAtMs: repair.notBeforeMs,
  };
}
