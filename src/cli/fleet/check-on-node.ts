/**
 * Whether a node can create the components that a deploy would change there. The node answers by the same checks that it makes
 * before it touches a container. The question carries names of variables, never their values.
 */
import type { Aged, OperatorBus } from "../../bus/ports/operator-bus.ts";
import { specOf } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { ComponentSpec, ServiceSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { ComponentProblem } from "../../schemas/wire/request.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { askNode } from "./ask-node.ts";
import type { StoredService } from "./moved-images.ts";

/** The service on one node, as last read. */
interface ReportedService extends StoredService {
  readonly observed: Aged<ObservedService> | undefined;
}

export interface NodeCheck {
  readonly problems: readonly ComponentProblem[];
  /** Why the node did not check; absent when it did, and when nothing would be created. */
  readonly unchecked?: string;
}

/** A node that is online answers within milliseconds, or within a second where it has to ask podman for its limits. */
const IDLE_MS = 3_000;

/** Never fails because of the node: a plan is shown also without its answer. @throws errors of the bus, once `signal` aborts */
export async function checkOnNode(
  { bus, signal }: { readonly bus: OperatorBus; readonly signal: AbortSignal },
  spec: ServiceSpec | undefined,
  one: ReportedService,
): Promise<NodeCheck> {
  const created = spec === undefined ? [] : createdComponents(spec, one);
  if (created.length === 0) return { problems: [] };
  const { node, service, presence } = one;
  const { liveness } = livenessOf(node, presence);
  if (liveness !== "online") return { problems: [], unchecked: `${node} is ${liveness}` };
  const body = { verb: "check", service, components: created.map(withoutValues) } as const;
  try {
    return { problems: (await askNode({ bus, node, idleMs: IDLE_MS, signal }, body)).problems };
  } catch (error) {
    if (signal.aborted || !(error instanceof McpError)) throw error;
    return { problems: [], unchecked: isTooOld(error) ? `the agent of ${node} is too old for that` : messageOf(error) };
  }
}

/** As reply-error.ts says it of agents that do not know the question. */
const isTooOld = (error: McpError) => hasCode(error, "E_UNSUPPORTED");

/** Components whose container the node would create: what it has applied already stays as it is. */
function createdComponents(spec: ServiceSpec, { stored, observed }: ReportedService): readonly ComponentSpec[] {
  const before = specOf(stored);
  const applied = observed?.value.appliedGeneration;
  const isApplied = before?.active === true && applied !== undefined && applied === stored?.document.generation;
  const kept = new Set(isApplied ? before.components.map((component) => specHash(component)) : []);
  return spec.active ? spec.components.filter((component) => !kept.has(specHash(component))) : [];
}

function withoutValues(component: ComponentSpec): ComponentSpec {
  return { ...component, env: Object.fromEntries(Object.keys(component.env).map((key) => [key, ""])) };
}
