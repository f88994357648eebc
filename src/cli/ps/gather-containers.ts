/** From the answers of nodes to what `mcp ps` shows: containers sorted, silent and failing nodes named. Pure. */
import type { NodeFailure, NodeSighting, PsContainer, PsOutput } from "../../schemas/json-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import type { AgentReply, LiveContainer } from "../../schemas/request.ts";
import { msSince } from "../output/age.ts";

const SHORT_DIGEST = 12;

/** `asked` are the nodes that should have answered; others that did are shown as well. */
export function gatherContainers(
  answers: ReadonlyMap<NodeName, readonly AgentReply[]>,
  asked: readonly NodeSighting[],
  nowMs: number,
): PsOutput {
  const failed = [...answers].flatMap(([node, replies]) => failureOf(node, replies));
  const failing = new Set(failed.map(({ node }) => node));
  const containers = [...answers].flatMap(([node, replies]) =>
    replies.flatMap(({ body }) => (body?.verb === "ps" ? body.containers.map((one) => shown(node, one, nowMs)) : [])),
  );
  return {
    containers: containers.sort(byPlace),
    answered: [...answers.keys()].filter((node) => !failing.has(node)).sort(),
    silent: asked.filter(({ node }) => !answers.has(node)),
    failed,
  };
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

function failureOf(node: NodeName, replies: readonly AgentReply[]): NodeFailure[] {
  const error = replies.find((reply) => reply.error !== undefined)?.error;
  return error === undefined ? [] : [{ node, code: error.code, message: error.message }];
}

function shown(node: NodeName, container: LiveContainer, nowMs: number): PsContainer {
  const runs = container.state === "running" && container.startedAt !== undefined;
  return {
    node,
    ...container,
    imageVersion: imageVersion(container.image),
    ...(runs && container.startedAt !== undefined ? { uptimeMs: msSince(container.startedAt, nowMs) } : {}),
  };
}

function byPlace(a: PsContainer, b: PsContainer): number {
  const key = ({ node, service, component, name }: PsContainer) =>
    [node, service === undefined ? "1" : "0", service ?? "", component ?? "", name].join(" ");
  return key(a) < key(b) ? -1 : 1;
}
