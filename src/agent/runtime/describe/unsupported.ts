/**
 * What a container has and no definition can express: from podman's inspect, and for what inspect does not show, from
 * the command line that made the container. Pure. Values that equal podman's defaults are left out.
 */
import { DURATION_BOUNDS } from "../../../schemas/service/definition-defaults.ts";
import type { UnsupportedSetting } from "../../../schemas/wire/live-container.ts";
import { at, entriesAt, isTrueAt, itemsAt, numberAt, textAt, textMapAt, textsAt } from "../../../values/json-tree.ts";
import { SYSTEMD_LABEL } from "./spec-part.ts";

/** A field of HostConfig, its name for people, and its default values. */
const FIELDS: readonly (readonly [path: string, field: string, silent: readonly unknown[]])[] = [
  ["AutoRemove", "rm", [false]],
  ["PidMode", "pid", ["", "private"]],
  ["IpcMode", "ipc", ["", "private", "shareable"]],
  ["UTSMode", "uts", ["", "private"]],
  ["UsernsMode", "userns", ["", "host"]],
  ["CgroupParent", "cgroup_parent", ["", "user.slice", "machine.slice", "/libpod_parent"]],
  ["OomScoreAdj", "oom_score_adj", [0]],
  ["OomKillDisable", "oom_kill_disable", [false]],
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
  ["DnsOptions", "dns_options"],
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

export function unsupportedSettings(container: unknown): UnsupportedSetting[] {
  const host = at(container, "HostConfig");
  const isPrivileged = isTrueAt(host, "Privileged");
  const lists = isPrivileged ? LISTS.filter(([, field]) => field !== "cap_add") : LISTS;
  return [
    ...(isPrivileged ? [{ field: "privileged", value: "true" }] : devices(host)),
    ...FIELDS.flatMap(([path, field, silent]) => scalar(at(host, path), field, silent)),
    ...lists.flatMap(([path, field]) => textsAt(host, path).map((value) => ({ field, value }))),
    ...ownConfig(container),
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

function ownConfig(container: unknown): UnsupportedSetting[] {
  const config = at(container, "Config");
  const unit = textMapAt(config, "Labels")[SYSTEMD_LABEL];
  const logs = textAt(container, "HostConfig", "LogConfig", "Type");
  return [
    ...scalar(textAt(config, "Timezone"), "tz", [""]),
    ...scalar(numberAt(config, "Timeout"), "timeout", [0]),
    ...scalar(Math.max(numberAt(config, "StopTimeout"), MAX_STOP_S), "stop_timeout", [MAX_STOP_S]),
    ...scalar(textAt(config, "Umask"), "umask", ["", "0022"]),
    ...scalar(logs, "log_driver", ["", "k8s-file", "journald", "json-file"]),
    ...itemsAt(config, "Secrets").map((secret) => ({ field: "secret", value: textAt(secret, "Name") })),
    ...entriesAt(config, "Annotations")
      .filter(([key]) => !OWN_ANNOTATION.test(key))
      .map(([key]) => ({ field: "annotation", value: key })),
    ...(unit === undefined ? [] : [{ field: "systemd unit", value: unit }]),
  ];
}

function typed(words: readonly string[]): UnsupportedSetting[] {
  return words.flatMap((word, index) => {
    const [, option = "", joined] = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (!TYPED.includes(option)) return [];
    return [{ field: option.replaceAll("-", "_"), value: joined ?? words[index + 1] ?? "" }];
  });
}
