/** Checks whether podman answers, and whether it can do what services need. Pure. */
import gte from "semver/functions/gte.js";
import major from "semver/functions/major.js";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { fail, ok, ordinaryUser, warn } from "./check.ts";
import type { PodmanFacts, PodmanInfo } from "./facts.ts";

/** The oldest version that the runtime's tests run against. */
export const PODMAN_FLOOR = "4.3.0";

const INSTALL =
  "as root: apt-get install --no-install-recommends podman uidmap slirp4netns netavark aardvark-dns catatonit iptables";

const DELEGATE =
  "as root: install -d /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload";

/** Bytes that runc's key of a container takes, named after its id; crun's takes a little less. */
const BYTES_OF_KEY = 70;
/** Above this share of keys in use there is a warning. */
const NEARLY_ALL = 0.8;

const MORE_KEYS = "as root: sysctl -w kernel.keys.maxkeys=2000 kernel.keys.maxbytes=200000";

export function judgePodman(facts: PodmanFacts): DoctorCheck[] {
  const { info } = facts;
  if (info === undefined) return [judgeSocket(facts)];
  return [
    judgeSocket(facts),
    judgeVersion(info),
    judgeRootless(facts, info),
    judgeControllers(facts, info),
    judgeDriver(info),
    judgeGraphRoot(info, facts.cniDir),
    ...judgeKeys(facts),
  ];
}

function judgeSocket({ socketPath, installed, listened, trouble, systemd }: PodmanFacts): DoctorCheck {
  const name = "podman-socket";
  if (trouble !== undefined && !installed) return fail(name, "podman is not installed", INSTALL);
  if (trouble !== undefined) return fail(name, trouble, "podman info");
  if (listened) return ok(name, socketPath);
  const message = `no service listens on ${socketPath}; the agent starts one itself`;
  return systemd ? warn(name, message, "systemctl --user enable --now podman.socket") : ok(name, message);
}

function judgeVersion({ version }: PodmanInfo): DoctorCheck {
  if (gte(version.replace(/-.*/, ""), PODMAN_FLOOR)) return ok("podman-version", version);
  return fail(
    "podman-version",
    `${version} is too old: ${PODMAN_FLOOR} or later is needed`,
    "apt-get install --only-upgrade podman",
  );
}

function judgeRootless(facts: PodmanFacts, { rootless }: PodmanInfo): DoctorCheck {
  if (rootless) return ok("rootless", "yes");
  return warn("rootless", "podman runs as root", ordinaryUser(facts));
}

/** Shows which limits can be enforced: definitions with any other limit are refused. */
function judgeControllers({ systemd }: PodmanFacts, { cgroupVersion, controllers, rootless }: PodmanInfo): DoctorCheck {
  const name = "limits";
  if (cgroupVersion !== "v2" && rootless) {
    const message = `cgroups ${cgroupVersion}: rootless podman cannot limit memory and cpus, so both limits are refused`;
    const parameter = systemd ? "systemd.unified_cgroup_hierarchy=1" : "cgroup_no_v1=all";
    return warn(name, message, `add ${parameter} to the kernel command line, then reboot`);
  }
  const missing = ["memory", "cpu", "pids"].filter((controller) => !controllers.includes(controller));
  if (missing.length === 0 || cgroupVersion !== "v2") return ok(name, "memory and cpus can be enforced");
  return warn(
    name,
    `not delegated to this user: ${missing.join(", ")}; their limits are refused (a change takes effect at the next login)`,
    systemd ? DELEGATE : "give this user a cgroup of their own with these controllers",
  );
}

function judgeDriver({ storageDriver }: PodmanInfo): DoctorCheck {
  if (storageDriver !== "vfs") return ok("storage-driver", storageDriver);
  const remedy =
    'set driver = "overlay" under [storage] in ~/.config/containers/storage.conf, then podman system reset (removes all containers)';
  return warn(
    "storage-driver",
    "vfs copies the whole image for every container: it is slow and needs much disk space",
    remedy,
  );
}

/** Podman 4 covers /var/lib inside its rootless network namespace unless /var/lib/cni is there (seen with 4.3). */
function judgeGraphRoot({ graphRoot, version, rootless }: PodmanInfo, cniDir: boolean): DoctorCheck {
  const covered = graphRoot.startsWith("/var/lib/") && rootless && major(version) < 5 && !cniDir;
  if (!covered) return ok("graph-root", graphRoot);
  const message = `${graphRoot} is below /var/lib, which podman 4 hides in its network namespace: it finds no user network`;
  return fail("graph-root", message, "as root: mkdir -p /var/lib/cni");
}

/** The kernel limits a user's keys, and each running container takes one unless `keyring = false` is set. */
function judgeKeys({ info, keyring, keys }: PodmanFacts): DoctorCheck[] {
  const name = "kernel-keys";
  if (info?.rootless !== true || keys === undefined) return [];
  if (keyring === false) return [ok(name, "containers take none (keyring = false)")];
  const { count, bytes, maxCount, maxBytes } = keys;
  const room = Math.min(maxCount, Math.floor(maxBytes / BYTES_OF_KEY));
  const message = `${count} of ${maxCount} in use; each container takes one, so at most ${room} can run`;
  const nearlyAll = count >= maxCount * NEARLY_ALL || bytes >= maxBytes * NEARLY_ALL;
  return [nearlyAll ? warn(name, message, MORE_KEYS) : ok(name, message)];
}
