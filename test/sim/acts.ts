/** What can happen in a simulation. A schedule is data: it is drawn from the seed, shrunk, and replayed. */
import type { ContainerVerb } from "../twin/fake-runtime.ts";
import type { NodeVerb } from "../twin/memory-bus.ts";

export const NODES = ["rift", "vade"] as const;
export const OPERATORS = ["alice", "bob"] as const;
export type NodeId = (typeof NODES)[number];
export type OperatorId = (typeof OPERATORS)[number];
export type ServiceId = "web" | "shop";

/** `deaf` ignores SIGTERM, `slow` takes three seconds to end, `bad` exits at once, `gone` is in no registry. */
export type ImageId = "v1" | "v2" | "v3" | "slow" | "deaf" | "bad" | "gone";

/** What a deploy asks for: images of the components; a component without one is left out. */
export type Version = Readonly<Record<string, ImageId>>;

/** Host ports of components that exchange them, by component. */
export type Ports = Readonly<Record<string, number>>;

interface Write {
  readonly operator: OperatorId;
  readonly node: NodeId;
  readonly service: ServiceId;
  /** Overwrites what it is refused. */
  readonly force: boolean;
}

export type Question = "logs" | "follow-logs" | "ps" | "images";

/** What happens to a container of a component. */
interface Hit {
  readonly node: NodeId;
  readonly service: ServiceId;
  readonly component: string;
}

type What =
  | ({ readonly kind: "deploy"; readonly version: Version; readonly minUpMs: number } & Write)
  /** `adopt` takes the node's container that somebody made by hand. */
  | ({ readonly kind: "undeploy" | "stop" | "start" | "retry" | "adopt" } & Write)
  /** Both services at once, as `mcp sync` writes them: host ports move between their components. */
  | {
      readonly kind: "exchange";
      readonly operator: OperatorId;
      readonly node: NodeId;
      readonly versions: Readonly<Record<ServiceId, Version>>;
      readonly ports: Ports;
      readonly minUpMs: number;
    }
  | { readonly kind: "restart"; readonly node: NodeId; readonly service: ServiceId }
  | { readonly kind: "reseed"; readonly operator: OperatorId }
  /** Asks a node for something that changes nothing there. */
  | { readonly kind: "ask"; readonly operator: OperatorId; readonly node: NodeId; readonly question: Question }
  /** The agent dies at once, or at its nth change from now on, before or after it took effect; once more in recovery. */
  | {
      readonly kind: "kill";
      readonly node: NodeId;
      readonly downMs: number;
      readonly afterChanges?: number;
      readonly moment?: "before" | "after";
      readonly againAfter?: number;
    }
  | { readonly kind: "podman-dies"; readonly node: NodeId; readonly downMs: number }
  | {
      readonly kind: "refuse";
      readonly node: NodeId;
      readonly verb: ContainerVerb | "create" | "pull" | "inspect" | "list";
      readonly how: "error" | "late" | "hangs" | "ignored";
      readonly times: number;
    }
  /** The node's store refuses every write for this long. */
  | { readonly kind: "disk-full"; readonly node: NodeId; readonly forMs: number }
  /** Calls to the bus that are stored and then never acknowledged, refused, or slow. */
  | {
      readonly kind: "bus-fails";
      readonly who: NodeId | OperatorId;
      readonly verb: NodeVerb | "writeDesired";
      readonly how: "lost" | "refused" | "slow";
      readonly times: number;
    }
  /** Its health check fails for this long, in every container of the component. */
  | ({ readonly kind: "sick"; readonly forMs: number } & Hit)
  /** Its conmon is killed, and its process ends later: podman says "running" for ever. */
  | ({ readonly kind: "unwatch"; readonly endsMs: number } & Hit)
  | ({ readonly kind: "crash" | "halt" | "vanish" | "rename" | "pause" | "detach" | "limit" } & Hit)
  | { readonly kind: "reboot"; readonly node: NodeId; readonly downMs: number }
  | { readonly kind: "partition"; readonly who: NodeId | OperatorId; readonly forMs: number }
  | { readonly kind: "lose-wakes"; readonly forMs: number }
  | { readonly kind: "rollback"; readonly ageMs: number }
  | { readonly kind: "clock"; readonly who: NodeId | OperatorId; readonly stepMs: number };

/** Something that happens at a time, in milliseconds since the beginning. */
export type Act = What & { readonly atMs: number };

export function actText({ atMs, kind, ...rest }: Act): string {
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "object" ? versionText(value) : value}`,
  );
  return `${(atMs / 1000).toFixed(3)} s ${kind} ${facts.join(" ")}`;
}

function versionText(version: unknown): string {
  return Object.entries(version as Version | Ports)
    .map(([name, value]) => `${name}:${typeof value === "object" ? `(${versionText(value)})` : value}`)
    .join(",");
}
