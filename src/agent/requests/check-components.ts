/** Answers what this node has against components that an operator is about to deploy. Nothing changes. */
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import type { ComponentProblem } from "../../schemas/wire/request.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** @throws errors of the runtime */
export async function checkComponents(
  runtime: Pick<Runtime, "obstacles">,
  components: readonly ComponentSpec[],
  signal: AbortSignal,
): Promise<ComponentProblem[]> {
  const found = await Promise.all(
    components.map(async (spec) => {
      const obstacles = await runtime.obstacles(spec, signal);
      return obstacles.map(({ code, message, hint }) => ({ component: spec.name, code, message, hint }));
    }),
  );
  return found.flat();
}
