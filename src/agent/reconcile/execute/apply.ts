/**
 * Carries out a plan in dependency order: actions of the same order run in parallel, each by the executor of its kind.
 * Each outcome is recorded at once, so that it is not lost when another action is interrupted. A failed action
 * blocks what depends on its component; the others continue.
 */

import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ServiceSpec } from "../../../schemas/service/spec.ts";
import { hasCode, McpError, messageOf } from "../../../values/error.ts";
import type { ComponentName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import type { Action, ActionKind, StartAction } from "../model/action.ts";
import { isExchange, takePart } from "./exchange.ts";
import { isInfrastructureError } from "./infrastructure-error.ts";
import { hintOf, restore, revert, stopFailedStart } from "./revert.ts";
import { type Ending, OthersError, type RolloutContext, rollOut } from "./rollout.ts";
import { UnansweredError, waitUp } from "./wait-up.ts";

export interface Outcome extends Ending {
  readonly action: Action;
  /** The generation that the action was planned for. */
  readonly generation: number;
  /** With `blocked`: the runtime had reported success. */
  readonly hadNoEffect?: true;
}

export interface ApplyContext extends RolloutContext {
  /** Stores the outcome of an action. */
  record(outcome: Outcome): Promise<void>;
}

type Executors = {
  readonly [K in ActionKind]: (context: RolloutContext, action: Extract<Action, { kind: K }>) => Promise<void>;
};

const EXECUTORS: Executors = {
  rollout: rollOut,
  start,
  restart: async (context, { container, stopTimeoutMs }) => {
    await context.stop(container.id, stopTimeoutMs);
    await context.start(container.id);
  },
  stop: async (context, { component, container, stopTimeoutMs }) => {
    context.step(component, "stop");
    await context.stop(container.id, stopTimeoutMs);
  },
  remove: async (context, { component, container, stopTimeoutMs }) => {
    context.step(component, "remove", container.name);
    // Removing kills what cannot be stopped: a container in no proper state refuses to stop.
    await context.stop(container.id, stopTimeoutMs).catch(unlessRefused);
    await context.remove(container.id);
  },
  rename: ({ runtime, signal }, { container, name }) => runtime.rename(container.id, name, signal),
};

function unlessRefused(error: unknown): void {
  if (!hasCode(error, "E_RUNTIME")) throw error;
}

async function start(context: RolloutContext, { component, container, spec }: StartAction): Promise<void> {
  context.step(component, "start");
  await context.start(container.id);
  if (spec === undefined) return;
  await context.releaseWhile(() => waitUp(context, container.id, spec));
  context.step(component, "up");
}

/** @throws errors of the runtime or the store, which end the pass; an error of one component is an outcome. */
export async function apply(
  context: ApplyContext,
  actions: readonly Action[],
  spec: ServiceSpec | undefined,
): Promise<void> {
  const stuck = new Set<ComponentName>();
  for (const order of [...new Set(actions.map((a) => a.order))].toSorted((a, b) => a - b)) {
    const due = actions.filter((a) => a.order === order);
    const waits = (a: Action) => a.kind === "rollout" && a.waitsFor.some((name) => stuck.has(name));
    const isHeld = (a: Action) => waits(a) || dependsOnStuck(spec, a.component, stuck);
    const held = due.filter((a) => isHeld(a) || partnersOf(context, a, due).some(isHeld));
    for (const { component } of held) stuck.add(component);
    const settled = await Promise.allSettled(
      due.filter((a) => !held.includes(a)).map((action) => executeAndRecord(context, action)),
    );
    for (const result of settled) {
      if (result.status === "rejected") throw result.reason;
      const { action, failure, blocked } = result.value;
      if (failure !== undefined || blocked !== undefined) stuck.add(action.component);
    }
  }
}

/** Those of the same service with which it exchanges ports. */
function partnersOf({ service }: RolloutContext, action: Action, due: readonly Action[]): Action[] {
  if (action.kind !== "rollout" || action.exchange === undefined) return [];
  const own = action.exchange.parties.filter((party) => party.service === service);
  return due.filter((other) => other.kind === "rollout" && own.some(({ component }) => component === other.component));
}

function dependsOnStuck(spec: ServiceSpec | undefined, component: ComponentName, stuck: ReadonlySet<string>): boolean {
  if (stuck.has(component)) return true;
  return spec?.components.find((c) => c.name === component)?.dependsOn.some((name) => stuck.has(name)) ?? false;
}

async function executeAndRecord(context: ApplyContext, action: Action): Promise<Outcome> {
  const outcome = { ...(await execute(context, action)), action, generation: context.generation };
  await context.record(outcome);
  return outcome;
}

async function execute(context: RolloutContext, action: Action): Promise<Ending> {
  const execute = EXECUTORS[action.kind] as (context: RolloutContext, action: Action) => Promise<void>;
  try {
    if (action.kind === "rollout" && isExchange(action)) return await takePart(context, action);
    await execute(context, action);
    return {};
  } catch (thrown) {
    if (thrown instanceof UnansweredError) throw thrown.cause;
    const error = thrown instanceof OthersError ? thrown.cause : thrown;
    if (context.signal.aborted || !(error instanceof McpError) || isInfrastructureError(error)) throw error;
    if (thrown instanceof OthersError && !thrown.isUp && action.kind === "rollout") await restore(context, action);
    if (hasCode(error, "E_NAME_TAKEN")) return { blocked: blockedBy(action, "name-taken", { error }) };
    if (action.kind === "rollout" && error === thrown) return { failure: await revert(context, action, error) };
    if (action.kind === "start" && action.spec !== undefined) {
      return { failure: await stopFailedStart(context, action, error) };
    }
    return { blocked: blockedBy(action, "runtime", { error, what: `${FAILED[action.kind]}: ` }) };
  }
}

/** What failed, for messages. */
const FAILED = {
  rollout: "cannot replace the container",
  start: "cannot start the container",
  restart: "cannot restart the container",
  stop: "cannot stop the container",
  remove: "cannot remove the container",
  rename: "cannot rename the container",
} as const satisfies Record<ActionKind, string>;

function blockedBy(
  { component }: Action,
  reason: Blocked["reason"],
  { error, what = "" }: { readonly error: McpError; readonly what?: string },
): Blocked {
  return { component, reason, message: what + messageOf(error), code: error.code, ...present({ hint: hintOf(error) }) };
}
