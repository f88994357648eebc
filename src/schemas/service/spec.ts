/**
 * The checked form of a service: what a definition file becomes once every rule holds, what the desired bucket carries,
 * and what an agent applies. Units are in the names. Every default is filled in.
 */
import type { ComponentName, ServiceName } from "../../values/names.ts";
import type { ContainerFields } from "../container/fields.ts";

/** What the agent does about drift: correct it, only report it, or neither. */
export type DriftPolicy = "repair" | "report" | "ignore";

/** A port that is published on the node. */
export interface PortSpec {
  /** Address on the node; absent means every address. */
  readonly hostAddress?: string;
  /** Port on the node. */
  readonly hostPort: number;
  /** Port in the container. */
  readonly containerPort: number;
  /** Transport protocol. */
  readonly protocol: "tcp" | "udp";
}

/** A directory of the node or a podman volume, mounted into the container. */
export interface VolumeSpec {
  /** `bind` for a path on the node, `volume` for a podman volume. */
  readonly kind: "bind" | "volume";
  /** Absolute path on the node, or the name of a podman volume. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  /** Whether the container cannot write to it. */
  readonly readOnly: boolean;
  /** SELinux relabeling (`z` shared, `Z` private) and `U` (chown to the container's user), sorted. */
  readonly options: readonly ("z" | "Z" | "U")[];
}

/** When podman restarts the container. */
export interface RestartSpec {
  /** Restart policy, as podman names it. */
  readonly policy: "no" | "on-failure" | "always" | "unless-stopped";
  /** Number of restarts for `on-failure:N`; absent means no limit. */
  readonly retries?: number;
}

/** A command that the agent runs in the container. */
export interface CommandCheck {
  /** A command. */
  readonly kind: "cmd";
  /** Program and arguments; exit code 0 means healthy. */
  readonly cmd: readonly string[];
}

/** A URL that the agent requests. */
export interface HttpCheck {
  /** A URL. */
  readonly kind: "http";
  /** URL to request; a status below 400 means healthy. */
  readonly url: string;
}

/** An address that the agent connects to. */
export interface TcpCheck {
  /** A TCP address. */
  readonly kind: "tcp";
  /** `address:port` to connect to. */
  readonly address: string;
}

export type HealthCheck = CommandCheck | HttpCheck | TcpCheck;

/** How and how often the agent checks a component. */
export interface HealthSpec {
  /** The check itself. */
  readonly check: HealthCheck;
  /** Time between two checks in milliseconds. */
  readonly intervalMs: number;
  /** Longest time of one check in milliseconds. */
  readonly timeoutMs: number;
  /** Number of failures in a row after which the container is unhealthy. */
  readonly retries: number;
  /** Time after the start, in milliseconds, in which failures do not count. */
  readonly startPeriodMs: number;
  /** What the agent does with an unhealthy container. */
  readonly onUnhealthy: "restart" | "report";
}

/** One container of a service. */
export interface ComponentSpec extends ContainerFields {
  /** Name of the component. */
  readonly name: ComponentName;
  /** Image reference with a tag or digest. */
  readonly image: string;
  /** Podman network; absent means podman's default. */
  readonly network?: string;
  /** User in the container; absent means the image's. */
  readonly user?: string;
  /** When podman restarts the container. */
  readonly restart: RestartSpec;
  /** Ports published on the node. */
  readonly ports: readonly PortSpec[];
  /** Mounted directories and podman volumes. */
  readonly volumes: readonly VolumeSpec[];
  /** Replaces the image's command; empty keeps it. */
  readonly cmd: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Components that must be up first. */
  readonly dependsOn: readonly ComponentName[];
  /** Memory limit in bytes; absent means no limit. */
  readonly memoryBytes?: number;
  /** CPU limit in processors; absent means no limit. */
  readonly cpus?: number;
  /** Whether the root file system is read-only. */
  readonly readOnly: boolean;
  /** Capabilities that are dropped, sorted. */
  readonly capDrop: readonly string[];
  /** Labels of the container. */
  readonly labels: Readonly<Record<string, string>>;
  /** Time between SIGTERM and SIGKILL in milliseconds. */
  readonly stopTimeoutMs: number;
  /** How long a new container must run without a restart before it counts as up, in milliseconds. */
  readonly minUpMs: number;
  /** Whether old and new container may run side by side although they share a writable volume. */
  readonly overlap: boolean;
  /** When the agent pulls the image. */
  readonly pull: "missing" | "always";
  /** How the agent checks the component; absent means no check. */
  readonly health?: HealthSpec;
}

/** A service as the agent applies it. */
export interface ServiceSpec {
  /** Name of the service. */
  readonly name: ServiceName;
  /** Whether the service runs. */
  readonly active: boolean;
  /** What the agent does about drift. */
  readonly drift: DriftPolicy;
  /** Containers of the service. */
  readonly components: readonly ComponentSpec[];
}
