/**
 * Before the first container of a new generation is touched: can all of its components be created here? If one cannot, the
 * others keep what they have, and the generation fails by that component alone.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import type { Blocked } from "../../schemas/service/observed.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import { type McpError, messageOf } from "../../values/error.ts";
import type { ComponentName } from "../../values/names.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServiceRow } from "../store/store.ts";

/** Why components of a generation that is not applied yet must wait. @throws errors of the runtime */
export async function heldBack(
  runtime: Pick<Runtime, "obstacles">,
  { document, memory }: ServiceRow,
  signal: AbortSignal,
): Promise<Map<ComponentName, Blocked>> {
  if (isTombstone(document) || !document.spec.active || document.generation <= memory.appliedGeneration)
    return new Map();
  const { components } = document.spec;
  const isNew = (spec: ComponentSpec) => {
    const serving = memory.serving[spec.name];
    return serving === undefined || specHash(serving) !== specHash(spec);
  };
  const found = await Promise.all(
    components.filter(isNew).map(async (spec) => ({ spec, obstacles: await runtime.obstacles(spec, signal) })),
  );
  const [first] = found.flatMap(({ spec, obstacles }) => obstacles.map((error) => ({ component: spec.name, error })));
  if (first === undefined) return new Map();
  const waiting = found.filter(({ obstacles }) => obstacles.length === 0).map(({ spec }) => spec.name);
  return new Map(waiting.map((component) => [component, waitFor(component, first)]));
}

function waitFor(component: ComponentName, cause: { component: ComponentName; error: McpError }): Blocked {
  const { error } = cause;
  const message = `waits for ${cause.component}, which cannot be created on this node: ${messageOf(error)}`;
  return { component, reason: "dependency", message, code: error.code, hint: error.hint };
}
