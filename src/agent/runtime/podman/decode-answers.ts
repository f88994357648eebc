/**
 * Converts podman's answers to our types. Pure. Only the fields that we use are read, each checked; unknown ones may come and
 * go between releases.
 */
import type { ContainerState } from "../../../schemas/service/observed.ts";
import { Fields, itemsOf } from "../decode/fields.ts";
import { readSettings } from "../describe/read-settings.ts";
import type { RuntimeContainer, RuntimeContainerDetail, RuntimeInfo } from "../runtime.ts";

/** Podman's names of container states, from 4.3 to 5.x; any other is "unknown". */
const STATES: Readonly<Record<string, ContainerState>> = {
  configured: "created",
  created: "created",
  initialized: "created",
  running: "running",
  paused: "paused",
  stopping: "stopping",
  removing: "stopping",
  stopped: "exited",
  exited: "exited",
};

export function containersOf(answer: unknown): RuntimeContainer[] {
  return itemsOf(answer, "list").map((item) => listedContainer(new Fields(item, "list")));
}

function listedContainer(item: Fields): RuntimeContainer {
  const state = STATES[item.text("State")] ?? "unknown";
  return {
    id: item.text("Id"),
    name: item.texts("Names")[0] ?? "",
    labels: item.textMap("Labels"),
    image: item.text("Image"),
    imageId: item.text("ImageID"),
    state,
    createdAtMs: timeMs(item.text("Created")),
    startedAtMs: sinceEpoch(item.number("StartedAt") * 1000),
    ...(state === "exited"
      ? { exitCode: item.number("ExitCode"), finishedAtMs: sinceEpoch(item.number("ExitedAt") * 1000) }
      : {}),
    ...(state === "running" && item.number("Pid") > 0 ? { pid: item.number("Pid") } : {}),
  };
}

export function containerDetail(answer: unknown): RuntimeContainerDetail {
  const whole = new Fields(answer, "inspect");
  const now = whole.object("State");
  const state = STATES[now.text("Status")] ?? "unknown";
  return {
    id: whole.text("Id"),
    name: whole.text("Name"),
    labels: whole.object("Config").textMap("Labels"),
    image: whole.text("ImageName"),
    imageId: whole.text("Image"),
    state,
    createdAtMs: timeMs(whole.text("Created")),
    startedAtMs: timeMs(now.text("StartedAt")),
    ...(state === "exited" ? { exitCode: now.number("ExitCode"), finishedAtMs: timeMs(now.text("FinishedAt")) } : {}),
    ...(state === "running" && now.number("Pid") > 0 ? { pid: now.number("Pid") } : {}),
    restarts: whole.number("RestartCount"),
    startedAt: now.text("StartedAt"),
    has: readSettings(answer),
  };
}

export function infoOf(answer: unknown): RuntimeInfo {
  const whole = new Fields(answer, "info");
  const host = whole.object("host");
  const store = whole.object("store");
  const rootless = host.object("security").boolean("rootless");
  const cgroupVersion = host.text("cgroupVersion");
  return {
    name: "podman",
    version: whole.object("version").text("Version"),
    rootless,
    cgroupVersion,
    graphRoot: store.text("graphRoot"),
    runRoot: store.text("runRoot"),
    limits: enforceable(rootless, cgroupVersion, host.texts("cgroupControllers")),
  };
}

/** Rootless podman ignores limits on cgroup v1, and on v2 has only the controllers delegated to the user. */
function enforceable(rootless: boolean, cgroupVersion: string, controllers: readonly string[]): RuntimeInfo["limits"] {
  if (cgroupVersion !== "v2") return { memory: !rootless, cpus: !rootless };
  return { memory: controllers.includes("memory"), cpus: controllers.includes("cpu") };
}

/** RFC 3339 with any number of digits → Unix milliseconds; Go's zero time (year 1) → 0. */
function timeMs(text: string): number {
  return sinceEpoch(Date.parse(text));
}

function sinceEpoch(ms: number): number {
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
