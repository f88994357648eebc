/**
 * Podman's settings for this machine, as a pure function of probed facts (see podman-probe.ts). They contain what differs
 * from podman's own defaults, and what `mcp-agent doctor` recommends. Podman reads them by CONTAINERS_CONF,
 * CONTAINERS_STORAGE_CONF and CONTAINERS_REGISTRIES_CONF; the system's files stay untouched.
 */

/** How the kernel's control groups are mounted: v2 only, v1 with an unused v2, or v1 only. */
export type CgroupLayout = "unified" | "hybrid" | "legacy";

export interface MachineFacts {
  readonly cgroups: CgroupLayout;
  /** OCI runtimes that are installed, by name. */
  readonly runtimes: readonly string[];
  /** This process's hard limits, Infinity for none; podman's children inherit them. */
  readonly hardLimits: { readonly nofile: number; readonly nproc: number };
  /** Whether a systemd user session answers for the user podman runs as. */
  readonly systemdSession: boolean;
  /** Kernel version as [major, minor]. */
  readonly kernel: readonly [number, number];
}

/** The limit that rootless podman requests (1,048,576): a machine that allows it needs no limits in its settings. */
const PODMAN_LIMIT = 1_048_576;
/** Rootless podman lowers its own process limit to 32,768; a container cannot have more. */
const PROCESS_LIMIT = 30_000;

/** A log of the k8s-file driver grows without end otherwise. */
const LOG_SIZE_MAX = 10_485_760;
/** Seconds for which the processes of a health check or `exec` stay after their end; podman's default is 300. */
const EXIT_COMMAND_DELAY = 10;

/** The `containers.conf` for these facts. */
export function containersConf(facts: MachineFacts): string {
  const ulimits = defaultUlimits(facts);
  const runtime = ociRuntime(facts);
  const containers = [
    ...(ulimits === undefined ? [] : [`default_ulimits = ${JSON.stringify(ulimits)}`]),
    ...(facts.systemdSession ? [] : ['log_driver = "k8s-file"']),
    `log_size_max = ${LOG_SIZE_MAX}`,
  ];
  const engine = [
    ...(runtime === undefined ? [] : [`runtime = "${runtime}"`]),
    ...(facts.systemdSession ? [] : ['cgroup_manager = "cgroupfs"', 'events_logger = "file"']),
    `exit_command_delay = ${EXIT_COMMAND_DELAY}`,
  ];
  return ["[containers]", ...containers, "[engine]", ...engine, ""].join("\n");
}

/** The `storage.conf` that keeps images and containers below `graphRoot` and running state below `runRoot`. */
export function storageConf(facts: MachineFacts, paths: { graphRoot: string; runRoot: string }): string {
  const driver = rootlessOverlay(facts) ? ['driver = "overlay"'] : ['driver = "vfs"'];
  const lines = [
    `runroot = ${JSON.stringify(paths.runRoot)}`,
    `graphroot = ${JSON.stringify(paths.graphRoot)}`,
    `rootless_storage_path = ${JSON.stringify(paths.graphRoot)}`, // podman 4 run rootless obeys this key alone
  ];
  return ["[storage]", ...driver, ...lines, ""].join("\n");
}

/** The `registries.conf` that lets podman speak plain HTTP with these registries (`host:port`), and with no other. */
export function registriesConf(plainHttp: readonly string[]): string {
  const entry = (location: string) => `[[registry]]\nlocation = ${JSON.stringify(location)}\ninsecure = true\n`;
  return ["unqualified-search-registries = []\n", ...plainHttp.map(entry)].join("");
}

/** crun refuses hybrid control groups ("cgroups in hybrid mode not supported"); runc works with every layout. */
function ociRuntime(facts: MachineFacts): string | undefined {
  return facts.cgroups !== "unified" && facts.runtimes.includes("runc") ? "runc" : undefined;
}

function defaultUlimits({ hardLimits }: MachineFacts): string[] | undefined {
  if (hardLimits.nofile >= PODMAN_LIMIT && hardLimits.nproc >= PODMAN_LIMIT) return undefined;
  const nofile = Math.min(hardLimits.nofile, PODMAN_LIMIT);
  const nproc = Math.min(hardLimits.nproc, PROCESS_LIMIT);
  return [`nofile=${nofile}:${nofile}`, `nproc=${nproc}:${nproc}`];
}

/** Unprivileged overlay mounts exist since Linux 5.11, and work with SELinux since 5.13. */
function rootlessOverlay({ kernel: [major, minor] }: MachineFacts): boolean {
  return major > 5 || (major === 5 && minor >= 13);
}
