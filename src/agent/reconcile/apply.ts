/**
 * Carries out a plan: wave after wave, the actions of a wave side by side, each by the executor of its kind. An action
 * that did not succeed holds back what depends on its component; the others go on.
 */
import { hasCode, McpError, messageOf } from "../../schemas/error.ts";
import type { ComponentName } from "../../schemas/names.ts";
import type { Blocked, Failure } from "../../schemas/observed.ts";
import type { ServiceSpec } from "../../schemas/spec.ts";
import type { Action, ActionKind } from "./action.ts";
import { revert } from "./revert.ts";
import { type RolloutContext, rollOut } from "./rollout.ts";

export interface Outcome {
  readonly action: Action;
  readonly failure?: Failure;
  readonly blocked?: Blocked;
}

type Executors = {
  readonly [K in ActionKind]: (context: RolloutContext, action: Extract<Action, { kind: K }>) => Promise<void>;
};

const EXECUTORS: Executors = {
  rollout: rollOut,
  start: ({ runtime, signal }, { container }) => runtime.start(container.id, signal),
  restart: async ({ runtime, signal }, { container, stopTimeoutMs }) => {
    await runtime.stop(container.id, stopTimeoutMs, signal);
    await runtime.start(container.id, signal);
  },
  stop: async (context, { component, container, stopTimeoutMs }) => {
    context.step(component, "stop");
    await context.runtime.stop(container.id, stopTimeoutMs, context.signal);
  },
  remove: async (context, { component, container, stopTimeoutMs }) => {
    context.step(component, "remove", container.name);
    await context.runtime.stop(container.id, stopTimeoutMs, context.signal);
    await context.runtime.remove(container.id, context.signal);
  },
  rename: ({ runtime, signal }, { container, name }) => runtime.rename(container.id, name, signal),
};

/** @throws what is wrong with the runtime itself, which ends the pass; what is wrong with a component is an outcome. */
export async function apply(
  context: RolloutContext,
  actions: readonly Action[],
  spec: ServiceSpec | undefined,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const stuck = new Set<ComponentName>();
  for (const wave of [...new Set(actions.map((a) => a.wave))].toSorted((a, b) => a - b)) {
    const ready = actions.filter((a) => a.wave === wave && !dependsOnStuck(spec, a.component, stuck));
    const settled = await Promise.allSettled(ready.map((action) => carryOut(context, action)));
    for (const result of settled) {
      if (result.status === "rejected") throw result.reason;
      outcomes.push(result.value);
      if (result.value.failure !== undefined || result.value.blocked !== undefined) {
        stuck.add(result.value.action.component);
      }
    }
  }
  return outcomes;
}

function dependsOnStuck(spec: ServiceSpec | undefined, component: ComponentName, stuck: ReadonlySet<string>): boolean {
  if (stuck.has(component)) return true;
  return spec?.components.find((c) => c.name === component)?.dependsOn.some((name) => stuck.has(name)) ?? false;
}

async function carryOut(context: RolloutContext, action: Action): Promise<Outcome> {
  const execute = EXECUTORS[action.kind] as (context: RolloutContext, action: Action) => Promise<void>;
  try {
    await execute(context, action);
    return { action };
  } catch (error) {
    if (hasCode(error, "E_NAME_TAKEN")) return { action, blocked: nameTaken(action, error) };
    if (action.kind === "rollout") return { action, failure: await revert(context, action, error) };
    if (
      !(error instanceof McpError) ||
      hasCode(error, "E_RUNTIME_UNREACHABLE") ||
      hasCode(error, "E_RUNTIME_TIMEOUT")
    ) {
      throw error;
    }
    const message = `${action.kind} failed: ${messageOf(error)}`;
    return { action, blocked: { component: action.component, reason: "runtime", message } };
  }
}

function nameTaken(action: Action, error: unknown): Blocked {
  return { component: action.component, reason: "name-taken", message: messageOf(error) };
}
