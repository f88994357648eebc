/** Asks the nodes for the containers to adopt, and for their descriptions. */

import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { PsContainer } from "../../schemas/output/ps-output.ts";
import { NEWEST_DOCUMENT } from "../../schemas/service/document-version.ts";
import type { DescribedContainer } from "../../schemas/wire/live-container.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName, NodeName, Selector } from "../../values/names.ts";
import { askFleet } from "../fleet/ask-fleet.ts";
import { replyError } from "../fleet/reply-error.ts";
import { refuseSilence } from "../ps/answered-line.ts";
import { askNodes } from "../ps/ask-nodes.ts";
import { gatherContainers } from "../ps/gather-containers.ts";
import { livenessText } from "../status/reason.ts";
import { type Match, matchContainers } from "./match-containers.ts";

/** A node that is online and does not answer within this time is reported as silent. */
const LIST_IDLE_MS = 1_500;
/** Podman answers two requests for each container. */
const DESCRIBE_IDLE_MS = 15_000;

export interface FindPorts {
  readonly bus: OperatorBus;
  readonly signal: AbortSignal;
  readonly nowMs: number;
  onProblem(text: string): void;
}

export interface FoundContainers {
  readonly node: NodeName;
  readonly matches: readonly Match[];
  /** All containers of the node. */
  readonly containers: readonly PsContainer[];
}

/** @throws McpError E_NOT_FOUND, E_NODE_UNREACHABLE, E_USAGE if containers of several nodes match */
export async function findContainers(
  ports: FindPorts,
  selector: Selector,
  named: ReadonlyMap<string, ComponentName>,
): Promise<FoundContainers> {
  const containers = await listContainers(ports, selector.node);
  const matches = matchContainers(containers, selector, named);
  const nodes = [...new Set(matches.map(({ container }) => container.node))];
  const [node] = nodes;
  if (node === undefined) throw nothingFound(selector, named);
  if (nodes.length > 1) {
    throw new McpError(
      "E_USAGE",
      `containers on several nodes match (${nodes.join(", ")}): adopt them one node at a time`,
      {
        hint: `name the node: ${selector.service}@${node}`,
      },
    );
  }
  requireEach(matches, named, node);
  return { node, matches, containers: containers.filter((container) => container.node === node) };
}

async function listContainers(ports: FindPorts, only: NodeName | undefined): Promise<PsContainer[]> {
  const { bus, signal, nowMs, onProblem } = ports;
  const asked = await askNodes(bus, { body: { verb: "ps" }, only, idleMs: LIST_IDLE_MS, signal });
  if (only !== undefined) refuseSilence(asked);
  const { containers, silent, failed } = gatherContainers(asked, nowMs);
  for (const { node, message } of failed) onProblem(`cannot list the containers on ${node}: ${message}`);
  for (const nodeLiveness of silent)
    if (nodeLiveness.liveness === "online") onProblem(`no answer: ${livenessText(nodeLiveness)}`);
  return [...containers];
}

function nothingFound({ service, component, node }: Selector, named: ReadonlyMap<string, string>): McpError {
  const names = component === undefined ? `${service} or ${service}-<component>` : `${service}-${component}`;
  const what = named.size > 0 ? [...named.keys()].join(", ") : names;
  return new McpError("E_NOT_FOUND", `there is no container ${what} on ${node ?? "any node that is online"}`, {
    hint: "`mcp ps --all` lists all containers; name one with `--container NAME=COMPONENT`",
  });
}

function requireEach(matches: readonly Match[], named: ReadonlyMap<string, string>, node: NodeName): void {
  const missing = [...named.keys()].filter((name) => !matches.some(({ container }) => container.name === name));
  if (missing.length === 0) return;
  throw new McpError("E_NOT_FOUND", `there is no container ${missing.join(", ")} on ${node}`, {
    hint: `\`mcp ps --all --node ${node}\` lists all containers`,
  });
}

/** By id; containers that no longer exist are missing. @param env true: with the values of environment variables */
export async function describeContainers(
  { bus, signal }: FindPorts,
  { node, ids, env }: { readonly node: NodeName; readonly ids: readonly string[]; readonly env: boolean },
): Promise<ReadonlyMap<string, DescribedContainer>> {
  const body = { verb: "describe", ids, env, documents: NEWEST_DOCUMENT } as const;
  const question = {
    body,
    nodes: [node],
    expectedNodes: { expected: [node], othersToo: false },
    idleMs: DESCRIBE_IDLE_MS,
    signal,
  };
  const replies = (await askFleet(bus, question)).get(node) ?? [];
  const error = replies.find((reply) => reply.error !== undefined)?.error;
  if (error !== undefined) throw replyError(node, error);
  if (!replies.some(({ last }) => last)) {
    throw new McpError("E_NODE_UNREACHABLE", `${node} did not describe its containers`, {
      hint: "its agent may be older than this program: `mcp node show` shows its version",
    });
  }
  const described = replies.flatMap(({ body: one }) => (one?.verb === "describe" ? [one.container] : []));
  return new Map(described.map((container) => [container.id, container]));
}
