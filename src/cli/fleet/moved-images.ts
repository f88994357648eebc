/**
 * What a deploy of an unchanged definition would change: images of components with `pull = "always"` whose tags have moved in the
 * registry. The node asks the registry, since only it may have access.
 */
import type { Aged, OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import { specOf } from "../../schemas/service/desired.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import type { MovedImage } from "../../schemas/wire/request.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { askNode } from "./ask-node.ts";

export interface ImageQuestion {
  readonly bus: OperatorBus;
  readonly signal: AbortSignal;
  /** Reports that it is not known whether tags have moved, and why. */
  note(text: string): void;
}

/** The service on one node, as last read. */
export interface StoredService {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly stored: StoredDesired | undefined;
  readonly presence: Aged<Presence> | undefined;
}

/** The node may have to pull large images. */
const IDLE_MS = 120_000;

/** In podman's short form. */
const shortId = (id: string) => id.slice(0, 12);

/** Empty when no tag has moved, and when the node cannot be asked. @throws McpError E_IMAGE with the registry's reason */
export async function movedImages(
  question: ImageQuestion,
  spec: ServiceSpec,
  one: StoredService,
): Promise<FieldDifference[]> {
  const names = new Set(unchangedNames(spec, one));
  if (names.size === 0) return [];
  const { liveness } = livenessOf(one.node, one.presence);
  try {
    if (liveness !== "online") throw new McpError("E_NODE_FAILED", `${one.node} is ${liveness}`);
    const moved = (await ask(question, one)).filter(({ component }) => names.has(component));
    return moved.map(({ component, image, have, want }) => ({
      field: `components.${component}.image`,
      want: `${image} (${shortId(want)} in the registry)`,
      have: `${image} (${shortId(have)})`,
    }));
  } catch (error) {
    if (question.signal.aborted || !(error instanceof McpError) || hasCode(error, "E_IMAGE")) throw error;
    const advice = hasCode(error, "E_UNSUPPORTED") ? `; ${error.hint}` : "";
    question.note(`it is not known whether image tags of ${one.service} have moved: ${messageOf(error)}${advice}`);
    return [];
  }
}

/** Components whose image is pulled always and is the stored one: of others the image changes anyway. */
function unchangedNames(spec: ServiceSpec, { stored }: StoredService): string[] {
  const before = specOf(stored);
  if (!spec.active || before?.active !== true) return [];
  const isStored = ({ name, image }: ServiceSpec["components"][number]) =>
    before.components.some((other) => other.name === name && other.image === image && other.pull === "always");
  return spec.components
    .filter((component) => component.pull === "always" && isStored(component))
    .map(({ name }) => name);
}

async function ask({ bus, signal }: ImageQuestion, { node, service }: StoredService): Promise<readonly MovedImage[]> {
  const { moved } = await askNode({ bus, node, idleMs: IDLE_MS, signal }, { verb: "moved-images", service });
  return moved;
}
