/**
 * A service definition exactly as people write it in TOML. Typia checks types and unknown keys against these; the
 * rules that a type cannot say (names, references, ports …) are the CLI's, in cli/definition.
 */
export interface HealthDefinition {
  cmd?: string[];
  http?: string;
  tcp?: string;
  interval?: string;
  timeout?: string;
  retries?: number;
  start_period?: string;
  on_unhealthy?: "restart" | "report";
}

export interface ComponentDefinition {
  name: string;
  /** With an explicit tag or digest, e.g. `registry.example.net/web:v1.0.0`. */
  image: string;
  /** A podman network; created when missing. */
  network?: string;
  /** `uid[:gid]` or `name[:group]` in the container. */
  user?: string;
  /** `no`, `on-failure[:N]`, `always` or `unless-stopped` (the default). */
  restart?: string;
  /** `[addr:]host:container[/tcp|udp]`. */
  ports?: string[];
  /** `host:container[:ro|rw|z|Z|U]`, or `name:container` for a podman volume. */
  volumes?: string[];
  cmd?: string[];
  /** `["KEY=VALUE"]` or a table. */
  env?: string[] | { [key: string]: string };
  depends_on?: string[];
  /** `512m`, `1g`, or bytes. */
  memory?: string;
  cpus?: number;
  read_only?: boolean;
  cap_drop?: string[];
  labels?: { [key: string]: string };
  stop_timeout?: string;
  min_up?: string;
  overlap?: boolean;
  pull?: "missing" | "always";
  health?: HealthDefinition;
}

export interface ServiceDefinition {
  name: string;
  /** The node it runs on; `nodes` for the same on several. */
  node?: string;
  nodes?: string[];
  active?: boolean;
  drift?: "repair" | "report" | "ignore";
  components: ComponentDefinition[];
}
