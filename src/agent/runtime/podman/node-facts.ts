/** Reads what preconditions.ts judges: only what the component needs, since the limits cost a call to podman. */
import { readFile, stat } from "node:fs/promises";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { errnoOf } from "../../../values/if-there.ts";
import type { RuntimeInfo } from "../runtime.ts";
import { readHeldPorts } from "./held-ports.ts";
import { type NodeFacts, usesHostGateway } from "./preconditions.ts";

const ALL_ENFORCED: RuntimeInfo["limits"] = { memory: true, cpus: true };
const FIRST_PORT_FILE = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
/** The kernel's default, below which no ordinary user may open a port. */
const DEFAULT_FIRST_PORT = 1024;

export interface FactSources {
  /** The limits that this node can enforce. */
  enforceable(): Promise<RuntimeInfo["limits"]>;
  isRootless(): Promise<boolean>;
  /** The runtime's version. */
  version(): Promise<string>;
}

export async function readNodeFacts(spec: ComponentSpec, from: FactSources): Promise<NodeFacts> {
  const hasLimits = spec.memoryBytes !== undefined || spec.cpus !== undefined;
  const hasLowPort = spec.ports.some(({ hostPort }) => hostPort < DEFAULT_FIRST_PORT);
  const binds = spec.volumes.filter(({ kind }) => kind === "bind").map(({ source }) => source);
  const missing = await Promise.all(binds.map(isMissing));
  return {
    limits: hasLimits ? await from.enforceable() : ALL_ENFORCED,
    missingSources: new Set(binds.filter((_, index) => missing[index])),
    ...(usesHostGateway(spec) ? { version: await from.version() } : {}),
    heldPorts: await readHeldPorts(spec.ports),
    lowestPort: hasLowPort && (await from.isRootless()) ? await firstPort() : 0,
  };
}

/** False for a path that we cannot access: podman may. */
async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "");
  }
}

async function firstPort(): Promise<number> {
  const text = await readFile(FIRST_PORT_FILE, "utf8").catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : DEFAULT_FIRST_PORT;
}
