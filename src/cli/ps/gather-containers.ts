/** Turns the answers of nodes into what `mcp ps` shows: sorted containers. Pure. */
import type { PsContainer, PsOutput } from "../../schemas/output/ps-output.ts";
import type { LiveContainer } from "../../schemas/wire/live-container.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { msSince } from "../output/age.ts";
import type { NodesAnswers } from "./ask-nodes.ts";

const SHORT_DIGEST = 12;

export function gatherContainers({ answers, answered, silent, failed }: NodesAnswers, nowMs: number): PsOutput {
  const containers = [...answers].flatMap(([node, replies]) =>
    replies.flatMap(({ body }) => (body?.verb === "ps" ? body.containers.map((one) => shown(node, one, nowMs)) : [])),
  );
  return { containers: containers.sort(byNodeAndName), answered, silent, failed };
}

export function isManaged({ service }: Pick<LiveContainer, "service">): boolean {
  return service !== undefined;
}

/** The tag of a reference, else the start of its digest, else `latest`, which the runtime used. */
export function imageVersion(image: string): string {
  const [named = "", digest] = image.split("@");
  const tag = /:([^:/]+)$/.exec(named)?.[1];
  return tag ?? digest?.replace(/^[^:]+:/, "").slice(0, SHORT_DIGEST) ?? "latest";
}

function shown(node: NodeName, container: LiveContainer, nowMs: number): PsContainer {
  const imageText = imageVersion(container.image);
  return { node, ...container, imageVersion: imageText, ...present({ uptimeMs: uptimeMs(container, nowMs) }) };
}

/** Undefined for a container that is not running. */
export function uptimeMs({ state, startedAt }: LiveContainer, nowMs: number): number | undefined {
  const ms = state === "running" && startedAt !== undefined ? msSince(startedAt, nowMs) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

type NodeContainer = LiveContainer & { readonly node: NodeName };

/** By node, then managed before unmanaged, then by name. */
export function byNodeAndName(a: NodeContainer, b: NodeContainer): number {
  const key = ({ node, service, component, name }: NodeContainer) =>
    [node, service === undefined ? "1" : "0", service ?? "", component ?? "", name].join(" ");
  return key(a) < key(b) ? -1 : 1;
}
