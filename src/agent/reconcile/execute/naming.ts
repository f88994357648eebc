/**
 * Gives a new container its names on its network when it is up: as long as the old one answers to them, nobody is sent to a container
 * that is not ready. Podman gives names only when a container joins a network, so it leaves and joins again, with the address that
 * it had: its open connections survive. Killed in between, `rejoin` finishes it.
 */
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { hasCode } from "../../../values/error.ts";
import type { NetworkMembership, Runtime } from "../../runtime/runtime.ts";
import { isInfrastructureError } from "./infrastructure-error.ts";

export interface NamingPorts {
  readonly runtime: Pick<Runtime, "inspect" | "leaveNetwork" | "joinNetwork">;
  /** Aborts when the agent stops, but not for a newer state: a container without a network can do nothing. */
  readonly signal: AbortSignal;
  namesOf: Naming["namesOf"];
  /** What was known of the container's settings is out of date. */
  onChange(containerId: string): void;
}

export interface Naming {
  /** The names of a component on its network, if its container is made now. */
  namesOf(spec: ComponentSpec): readonly string[];
  /** Does nothing for a container that has its names, or has no network. @throws the errors of the runtime */
  giveNames(containerId: string, spec: ComponentSpec): Promise<void>;
  /** The same for a container that is not attached to its network: only one that had come up is detached. */
  rejoin(containerId: string, spec: ComponentSpec): Promise<void>;
}

export function createNaming(ports: NamingPorts): Naming {
  return {
    namesOf: ports.namesOf,
    giveNames: (id, spec) => giveNames(ports, id, spec),
    rejoin: async (id, spec) => {
      const attached = await namesNow(ports, id, spec);
      if (attached !== undefined && !attached.isAttached) await giveNames(ports, id, spec);
    },
  };
}

async function giveNames(ports: NamingPorts, id: string, spec: ComponentSpec): Promise<void> {
  const { runtime, signal } = ports;
  const now = await namesNow(ports, id, spec);
  const names = ports.namesOf(spec);
  if (now === undefined || (now.isAttached && names.every((name) => now.names.includes(name)))) return;
  const { network } = now;
  try {
    const address = now.isAttached ? await runtime.leaveNetwork(id, network, signal) : undefined;
    await join(ports, id, { network, names, address });
  } finally {
    ports.onChange(id);
  }
}

interface Names {
  readonly network: string;
  readonly isAttached: boolean;
  readonly names: readonly string[];
}

/** Undefined for a container without a network of its own. */
async function namesNow({ runtime, signal }: NamingPorts, id: string, spec: ComponentSpec): Promise<Names | undefined> {
  const { network } = spec;
  if (network === undefined || network === "host" || network === "none") return undefined;
  const detail = await runtime.inspect(id, signal);
  const names = detail?.has.networks[network];
  return detail && { network, isAttached: names !== undefined, names: names ?? [] };
}

/** Another container may have taken the address in between: any is better than none. */
async function join({ runtime, signal }: NamingPorts, id: string, membership: NetworkMembership): Promise<void> {
  const { address: _, ...anywhere } = membership;
  await runtime.joinNetwork(id, membership, signal).catch(async (error: unknown) => {
    if (membership.address === undefined || !hasCode(error, "E_RUNTIME") || isInfrastructureError(error)) throw error;
    await runtime.joinNetwork(id, anywhere, signal);
  });
}
