/**
 * The checked form of a service: what a definition file becomes once every rule holds, what the desired bucket
 * carries and what an agent acts on. Units are in the names; every default is already filled in.
 */
import type { ComponentName, ServiceName } from "../../values/names.ts";

/** What the agent does about drift: mend it, tell of it, or keep quiet. */
export type DriftPolicy = "repair" | "report" | "ignore";

export interface PortSpec {
  /** Address on the node; absent means every address. */
  readonly hostAddress?: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp";
}

export interface VolumeSpec {
  readonly kind: "bind" | "volume";
  /** Absolute path on the node, or the name of a podman volume. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
  /** SELinux relabelling (`z` shared, `Z` private) and `U` (chown to the container's user), sorted. */
  readonly options: readonly ("z" | "Z" | "U")[];
}

export interface RestartSpec {
  readonly policy: "no" | "on-failure" | "always" | "unless-stopped";
  /** `on-failure:N`; absent means without limit. */
  readonly retries?: number;
}

export type HealthCheck =
  | { readonly kind: "cmd"; readonly cmd: readonly string[] }
  | { readonly kind: "http"; readonly url: string }
  | { readonly kind: "tcp"; readonly address: string };

export interface HealthSpec {
  readonly check: HealthCheck;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make a container unhealthy. */
  readonly retries: number;
  /** Failures within this time of the start do not count. */
  readonly startPeriodMs: number;
  readonly onUnhealthy: "restart" | "report";
}

export interface ComponentSpec {
  readonly name: ComponentName;
  readonly image: string;
  readonly network?: string;
  readonly user?: string;
  readonly restart: RestartSpec;
  readonly ports: readonly PortSpec[];
  readonly volumes: readonly VolumeSpec[];
  /** Replaces the image's command; empty keeps it. */
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ComponentName[];
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly readOnly: boolean;
  readonly capDrop: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopTimeoutMs: number;
  /** How long a new container must run undisturbed before it counts as up. */
  readonly minUpMs: number;
  /** The application allows old and new side by side although they share a writable volume. */
  readonly overlap: boolean;
  readonly pull: "missing" | "always";
  readonly health?: HealthSpec;
}

export interface ServiceSpec {
  readonly name: ServiceName;
  readonly active: boolean;
  readonly drift: DriftPolicy;
  readonly components: readonly ComponentSpec[];
}
