/**
 * What a container has and no definition can express: from podman's inspect, and for what inspect does not show, from
 * the command line that made the container. Pure. Values that equal podman's defaults are left out.
 */
import { constants } from "node:os";
import { DURATION_BOUNDS } from "../../../schemas/service/definition-defaults.ts";
import type { UnsupportedSetting } from "../../../schemas/wire/live-container.ts";
import { at, entriesAt, isTrueAt, itemsAt, numberAt, textAt, textMapAt, textsAt } from "../decode/json-tree.ts";
import { type Inspected, SYSTEMD_LABEL } from "./spec-part.ts";

/** A field of HostConfig, its name for people, and its default values. */
const FIELDS: readonly (readonly [path: string, field: string, silent: readonly unknown[]])[] = [
  ["AutoRemove", "rm", [false]],
  ["Init", "init", [false]],
  ["PidMode", "pid", ["", "private"]],
  ["IpcMode", "ipc", ["", "private", "shareable"]],
  ["UTSMode", "uts", ["", "private"]],
  ["UsernsMode", "userns", ["", "host"]],
  ["CgroupParent", "cgroup_parent", ["", "user.slice", "machine.slice", "/libpod_parent"]],
  ["OomScoreAdj", "oom_score_adj", [0]],
  ["OomKillDisable", "oom_kill_disable", [false]],
  ["ShmSize", "shm_size", [0, 65_536_000]],
  ["MemoryReservation", "memory_reservation", [0]],
  ["CpuShares", "cpu_shares", [0]],
  ["CpusetCpus", "cpuset_cpus", [""]],
  ["CpusetMems", "cpuset_mems", [""]],
  ["PidsLimit", "pids_limit", [0, -1, 2_048]],
  ["BlkioWeight", "blkio_weight", [0]],
];

const LISTS: readonly (readonly [path: string, field: string])[] = [
  ["CapAdd", "cap_add"],
  ["SecurityOpt", "security_opt"],
  ["Dns", "dns"],
  ["DnsSearch", "dns_search"],
  ["DnsOptions", "dns_options"],
  ["ExtraHosts", "add_host"],
  ["GroupAdd", "group_add"],
];

/** Options of `podman run` whose effect inspect does not show. */
const TYPED = [
  "sysctl",
  "ulimit",
  "ip",
  "ip6",
  "mac-address",
  "device-cgroup-rule",
  "uidmap",
  "gidmap",
  "requires",
  "unsetenv",
  "gpus",
  "seccomp-policy",
];

const MAX_STOP_S = DURATION_BOUNDS.stop_timeout.maxMs / 1000;

/** Annotations that podman sets by itself. */
const OWN_ANNOTATION = /^(io\.podman|io\.kubernetes|io\.container|org\.opencontainers|run\.oci)\./;

export function unsupportedSettings({ container, image }: Inspected): UnsupportedSetting[] {
  const host = at(container, "HostConfig");
  const isPrivileged = isTrueAt(host, "Privileged");
  const lists = isPrivileged ? LISTS.filter(([, field]) => field !== "cap_add") : LISTS;
  return [
    ...(isPrivileged ? [{ field: "privileged", value: "true" }] : devices(host)),
    ...FIELDS.flatMap(([path, field, silent]) => scalar(at(host, path), field, silent)),
    ...lists.flatMap(([path, field]) => textsAt(host, path).map((value) => ({ field, value }))),
    ...ownConfig({ container, image }),
    ...typed(textsAt(container, "Config", "CreateCommand")),
  ];
}

function scalar(value: unknown, field: string, silent: readonly unknown[]): UnsupportedSetting[] {
  if (value === undefined || value === null || silent.includes(value)) return [];
  return [{ field, value: String(value) }];
}

function devices(host: unknown): UnsupportedSetting[] {
  return itemsAt(host, "Devices").map((device) => ({ field: "device", value: textAt(device, "PathOnHost") }));
}

function ownConfig({ container, image }: Inspected): UnsupportedSetting[] {
  const config = at(container, "Config");
  const unit = textMapAt(config, "Labels")[SYSTEMD_LABEL];
  const logs = textAt(container, "HostConfig", "LogConfig", "Type");
  return [
    ...hostname(container),
    ...scalar(textAt(config, "WorkingDir"), "workdir", ["", textAt(image, "Config", "WorkingDir") || "/"]),
    ...scalar(textAt(config, "Timezone"), "tz", [""]),
    ...scalar(numberAt(config, "Timeout"), "timeout", [0]),
    ...scalar(Math.max(numberAt(config, "StopTimeout"), MAX_STOP_S), "stop_timeout", [MAX_STOP_S]),
    ...scalar(textAt(config, "Umask"), "umask", ["", "0022"]),
    ...scalar(isTrueAt(config, "Tty"), "tty", [false]),
    ...scalar(isTrueAt(config, "OpenStdin"), "interactive", [false]),
    ...scalar(signalName(at(config, "StopSignal")), "stop_signal", ["", imageSignal(image)]),
    ...scalar(logs, "log_driver", ["", "k8s-file", "journald", "json-file"]),
    ...itemsAt(config, "Secrets").map((secret) => ({ field: "secret", value: textAt(secret, "Name") })),
    ...entriesAt(config, "Annotations")
      .filter(([key]) => !OWN_ANNOTATION.test(key))
      .map(([key]) => ({ field: "annotation", value: key })),
    ...(unit === undefined ? [] : [{ field: "systemd unit", value: unit }]),
  ];
}

/** Podman's default is the beginning of the id, or with the host network the node's own name. */
function hostname(container: unknown): UnsupportedSetting[] {
  const isNodes = textAt(container, "HostConfig", "NetworkMode") === "host";
  const own = textAt(container, "Id").slice(0, 12);
  return isNodes ? [] : scalar(textAt(container, "Config", "Hostname"), "hostname", ["", own]);
}

function imageSignal(image: unknown): string {
  return signalName(at(image, "Config", "StopSignal")) || "SIGTERM";
}

/** A number in podman 4; a name in podman 5 and in images, where SIG may be missing. */
function signalName(signal: unknown): string {
  const number = typeof signal === "number" ? signal : Number(signal || Number.NaN);
  if (typeof signal === "string" && Number.isNaN(number))
    return signal === "" || signal.startsWith("SIG") ? signal : `SIG${signal}`;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? (Number.isNaN(number) ? "" : String(number));
}

function typed(words: readonly string[]): UnsupportedSetting[] {
  return words.flatMap((word, index) => {
    const [, option = "", joined] = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (!TYPED.includes(option)) return [];
    return [{ field: option.replaceAll("-", "_"), value: joined ?? words[index + 1] ?? "" }];
  });
}
