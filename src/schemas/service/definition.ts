/**
 * A service definition exactly as people write it in TOML. Typia checks types and unknown keys against these types; the
 * rules that a type cannot express (names, references, ports …) are in cli/definition. The first sentence of each
 * description is its summary: the JSON Schema, `mcp explain` and the manual print it.
 */

import type { ContainerDefinition } from "../container/definition.ts";

/** How the agent checks that a component works. Exactly one of `cmd`, `http` and `tcp` is required. */
export interface HealthDefinition {
  /** Command to run inside the container; exit code 0 means healthy. */
  cmd?: string[];
  /** URL that the agent requests from the node; a status below 400 means healthy. Its port must be published. */
  http?: string;
  /** `address:port` that the agent connects to from the node; an open connection means healthy. The port must be published. */
  tcp?: string;
  /** Time between two checks, as a number with a unit (`10s`). */
  interval?: string;
  /** How long one check may take. The next one begins `interval` after its end. */
  timeout?: string;
  /** Number of failures in a row after which the container is unhealthy. */
  retries?: number;
  /** Time after the start in which failures do not count. */
  start_period?: string;
  /** What the agent does with an unhealthy container: `restart` restarts it, `report` only reports it. */
  on_unhealthy?: "restart" | "report";
}

/** One container of the service. */
export interface ComponentDefinition extends ContainerDefinition {
  /** Name of the component; the container is named `<service>-<component>`. */
  name: string;
  /** Image with its registry and an explicit tag or digest, for example `registry.example.net/web:v1.0.0`. */
  image: string;
  /**
   * Podman network to join; the agent creates it if it does not exist. Containers on it find this one as `service-component`, and
   * as `component` if no other service of the node uses the network.
   */
  network?: string;
  /** User inside the container, as `uid[:gid]` or `name[:group]`. */
  user?: string;
  /** When podman restarts the container after it exits: `no`, `on-failure[:N]`, `always` or `unless-stopped`. */
  restart?: string;
  /** Ports to publish on the node, each as `[address:]host:container[/tcp|udp]`. */
  ports?: string[];
  /** Directories or podman volumes to mount, each as `host:container[:ro|rw|z|Z|U]` or `name:container`. */
  volumes?: string[];
  /** Command and arguments to run instead of the image's own command. */
  cmd?: string[];
  /** Environment variables, as a list of `KEY=VALUE` or as a table. */
  env?: string[] | { [key: string]: string };
  /** Components of this service that must be up before this one starts. */
  depends_on?: string[];
  /** Memory limit, for example `512m` or `1g`. Nodes that cannot enforce it refuse the service. */
  memory?: string;
  /** CPU limit in processors, for example 1.5. Nodes that cannot enforce it refuse the service. */
  cpus?: number;
  /** Whether the container's root file system is read-only. */
  read_only?: boolean;
  /** Linux capabilities to drop, for example `net_raw`, or `all`. */
  cap_drop?: string[];
  /** Labels to put on the container. */
  labels?: { [key: string]: string };
  /** Time between SIGTERM and SIGKILL when the container is stopped, in whole seconds. */
  stop_timeout?: string;
  /** How long a new container must run without a restart before it counts as up. */
  min_up?: string;
  /** Whether the old and the new container may run side by side although they share a writable volume. */
  overlap?: boolean;
  /** When the agent pulls the image: `missing` pulls it only if the node does not have it, `always` before each new container; then each deploy asks the registry, and a tag that has moved there is a change. */
  pull?: "missing" | "always";
  /** How the agent checks that the component works. Without it, running counts as healthy. */
  health?: HealthDefinition;
}

/** A service: one or more containers that are deployed together. */
export interface ServiceDefinition {
  /** Name of the service; the file is `<name>.toml`. */
  name: string;
  /** Node that runs the service. Required, unless `nodes` is given. */
  node?: string;
  /** Nodes that each run the service, instead of `node`. */
  nodes?: string[];
  /** Whether the service runs; `false` keeps it stopped. */
  active?: boolean;
  /** What the agent does about drift: `repair` corrects it, `report` only reports it, `ignore` does neither. */
  drift?: "repair" | "report" | "ignore";
  /** Containers of the service. */
  components: ComponentDefinition[];
}
