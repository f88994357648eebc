/** From the answers of nodes to what `mcp ps` shows: containers sorted. Pure. */
import type { PsContainer, PsOutput } from "../../schemas/output/json-output.ts";
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
  return { containers: containers.sort(byPlace), answered, silent, failed };
}

export function isManaged({ service }: Pick<LiveContainer, "service">): boolean {
  return service !== undefined;
}

/** The tag of a reference, else the start of its digest, else `latest`, which is what the runtime took. */
export function imageVersion(image: string): string {
  const [named = "", digest] = image.split("@");
  const tag = /:([^:/]+)$/.exec(named)?.[1];
  return tag ?? digest?.replace(/^[^:]+:/, "").slice(0, SHORT_DIGEST) ?? "latest";
}

function shown(node: NodeName, container: LiveContainer, nowMs: number): PsContainer {
  const imageText = imageVersion(container.image);
  return { node, ...container, imageVersion: imageText, ...present({ uptimeMs: uptimeMs(container, nowMs) }) };
}

/** Undefined for what does not run. */
export function uptimeMs({ state, startedAt }: LiveContainer, nowMs: number): number | undefined {
  return state === "running" && startedAt !== undefined ? msSince(startedAt, nowMs) : undefined;
}

type Placed = LiveContainer & { readonly node: NodeName };

/** By node, then ours before others', then by name. */
export function byPlace(a: Placed, b: Placed): number {
  const key = ({ node, service, component, name }: Placed) =>
    [node, service === undefined ? "1" : "0", service ?? "", component ?? "", name].join(" ");
  return key(a) < key(b) ? -1 : 1;
}
