/**
 * What a node must have for a component, known before anything is touched: the checks and their messages. Pure. `create` refuses by
 * the same list, so that what a pass or `mcp plan` finds is what would happen.
 */
import { HOST_GATEWAY } from "../../../schemas/container/name-rows.ts";
import { portsClash } from "../../../schemas/service/port-text.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError } from "../../../values/error.ts";
import type { RuntimeInfo } from "../runtime.ts";
import { isHostOrNone, isReservedNetwork } from "./create-body.ts";
import type { HeldPort } from "./held-ports.ts";
import { registryOf } from "./image-name.ts";

export interface NodeFacts {
  /** Limits that this node can enforce. */
  readonly limits: RuntimeInfo["limits"];
  /** Sources of bind mounts that do not exist. */
  readonly missingSources: ReadonlySet<string>;
  /** The lowest host port that the runtime's user may open. */
  readonly lowestPort: number;
  /** Podman's version, where it matters. */
  readonly version?: string;
  /** Ports that programs other than podman hold. */
  readonly heldPorts: readonly HeldPort[];
}

type Check = (spec: ComponentSpec, facts: NodeFacts) => McpError[];

const CHECKS: readonly Check[] = [image, limits, network, variables, sources, lowPorts, heldPorts, hostGateway];

/** Why the component cannot be created and started on such a node; empty when nothing is known against it. */
export function findObstacles(spec: ComponentSpec, facts: NodeFacts): McpError[] {
  return CHECKS.flatMap((check) => check(spec, facts));
}

function unsupported({ name }: ComponentSpec, why: string, hint?: string): McpError {
  return new McpError("E_UNSUPPORTED", `component ${name}: ${why}`, hint === undefined ? {} : { hint });
}

function image(spec: ComponentSpec): McpError[] {
  try {
    registryOf(spec.image);
    return [];
  } catch (error) {
    if (error instanceof McpError) return [error];
    throw error;
  }
}

function limits(spec: ComponentSpec, { limits: enforced }: NodeFacts): McpError[] {
  return [
    ...(spec.memoryBytes === undefined || enforced.memory ? [] : ["memory"]),
    ...(spec.cpus === undefined || enforced.cpus ? [] : ["cpus"]),
  ].map((limit) => unsupported(spec, `this node cannot enforce \`${limit}\``));
}

function network(spec: ComponentSpec): McpError[] {
  const { network: name } = spec;
  if (isHostOrNone(name) && spec.ports.length > 0) {
    return [unsupported(spec, `\`ports\` cannot be published with network "${name}"`)];
  }
  const isMode = isReservedNetwork(name);
  return isMode ? [unsupported(spec, `network "${name}" is a mode of podman, not the name of a network`)] : [];
}

function variables(spec: ComponentSpec): McpError[] {
  const bad = Object.keys(spec.env).filter((key) => key === "" || /[=\0]/.test(key));
  return bad.map((key) => unsupported(spec, `env: ${JSON.stringify(key)} is not a valid variable name`));
}

function sources({ name, volumes }: ComponentSpec, { missingSources }: NodeFacts): McpError[] {
  const missing = volumes.filter(({ kind, source }) => kind === "bind" && missingSources.has(source));
  return missing.map(
    ({ source }) =>
      new McpError("E_FILE", `component ${name}: ${source} does not exist on this node`, {
        hint: `create it on the node: \`mkdir -p ${source}\``,
      }),
  );
}

function lowPorts(spec: ComponentSpec, { lowestPort }: NodeFacts): McpError[] {
  const low = spec.ports.filter(({ hostPort }) => hostPort < lowestPort);
  return low.map(({ hostPort }) =>
    unsupported(
      spec,
      `host port ${hostPort} is below ${lowestPort}, the first port that the agent's user may open`,
      `use a port from ${lowestPort}, or run \`sysctl net.ipv4.ip_unprivileged_port_start=${hostPort}\` on the node as root`,
    ),
  );
}

export function usesHostGateway({ extraHosts = [] }: ComponentSpec): boolean {
  return extraHosts.some((host) => host.endsWith(`:${HOST_GATEWAY}`));
}

/** Before 4.7 podman takes it for the address itself, and writes it into the container's /etc/hosts. */
function hostGateway(spec: ComponentSpec, { version = "" }: NodeFacts): McpError[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (!usesHostGateway(spec) || major > 4 || (major === 4 && minor >= 7)) return [];
  const why = `podman ${version} does not know the address \`${HOST_GATEWAY}\` in \`extra_hosts\`; 4.7 or later does`;
  const hint =
    "use the name host.containers.internal, which podman adds to every container, or write the node's address";
  return [unsupported(spec, why, hint)];
}

function heldPorts({ name, ports }: ComponentSpec, { heldPorts: held }: NodeFacts): McpError[] {
  return ports.flatMap((port) => {
    const by = held.find((one) => portsClash(one.port, port))?.by;
    if (by === undefined) return [];
    const message = `component ${name}: host port ${port.hostPort} is in use on this node by ${by}`;
    const hint = "end that program or publish another port; `ss -lntup` on the node lists who listens";
    return [new McpError("E_RUNTIME", message, { hint })];
  });
}
