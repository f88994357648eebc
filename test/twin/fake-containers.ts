/**
 * What the fake runtime knows of one image and of one container, and how a container's state follows from them. No
 * timers: a container that loops under a restart policy does so by one round each time somebody looks.
 */
import { createHash, randomBytes } from "node:crypto";
import type {
  ContainerSettings,
  CreateContainer,
  RuntimeContainer,
  RuntimeContainerDetail,
  RuntimeDescription,
  RuntimeLogLine,
} from "../../src/agent/runtime/runtime.ts";
import { containerFields } from "../../src/schemas/container/rows.ts";
import type { ContainerState } from "../../src/schemas/service/observed.ts";
import type { ComponentSpec, RestartSpec } from "../../src/schemas/service/spec.ts";
import { present } from "../../src/values/present.ts";
import { componentSpec } from "../helpers/component-spec.ts";

/** What containers of an image do. */
export interface FakeImage {
  /** Runs until it is stopped when absent, else exits at once with this code. */
  readonly exitCode?: number;
  /** What it writes when it starts. */
  readonly lines?: readonly (string | RuntimeLogLine)[];
  /** Ignores SIGTERM: where the engine has a time of its own, stopping it takes its whole time-out; exit code 137. */
  readonly deaf?: boolean;
  /** Milliseconds from SIGTERM to its end, where the engine has a time of its own; default 0. */
  readonly stopMs?: number;
  /** Commands run inside it: their exit code, or "hangs"; by default `true` gives 0, `false` 1, `sleep` hangs. */
  readonly exec?: (cmd: readonly string[]) => number | "hangs";
  /** The id; by default made from its name. A tag that moves is the same name provided again with another id. */
  readonly id?: string;
}

export interface FakeContainer {
  readonly id: string;
  name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly imageId: string;
  readonly behavior: FakeImage;
  /** Absent for containers of somebody else. */
  readonly request?: CreateContainer;
  readonly restart: RestartSpec;
  readonly createdAtMs: number;
  startedAtMs: number;
  /** 0 while it has not ended. */
  finishedAtMs: number;
  /** Distinguishes two starts within one millisecond. */
  starts: number;
  restarts: number;
  state: Exclude<ContainerState, "missing">;
  /** What it has now, where somebody changed it after its creation (`podman update`, `network disconnect`). */
  has?: { readonly [K in keyof ComponentSpec]?: ComponentSpec[K] | undefined };
  /** Its names on its network, where they are not those it was created with. */
  names?: readonly string[];
  /** Its conmon was killed: nobody sees how its process ends. `dead`: it has ended, and podman still says "running". */
  unwatched?: "alive" | "dead";
  /** Stopped on purpose: no restart policy brings it back. */
  stopped: boolean;
  exitCode: number;
  readonly log: RuntimeLogLine[];
}

export const randomId = () => randomBytes(32).toString("hex");
export const idOfText = (text: string) => createHash("sha256").update(text).digest("hex");

/** Notes the start: a new start time, the first lines, and the end when its image ends at once. */
export function begin(container: FakeContainer, nowMs: number): void {
  container.state = "running";
  container.startedAtMs = nowMs;
  container.starts += 1;
  container.stopped = false;
  const at = startText(container);
  for (const line of container.behavior.lines ?? []) {
    container.log.push(typeof line === "string" ? { stream: "stdout", at, line } : { at, ...line });
  }
  if (container.behavior.exitCode !== undefined) end(container, container.behavior.exitCode, nowMs);
}

export function end(container: FakeContainer, exitCode: number, nowMs: number): void {
  container.finishedAtMs = nowMs;
  container.state = "exited";
  container.exitCode = exitCode;
  delete container.unwatched;
}

/** It has a process that can write to its volumes and holds its ports. */
export function isAlive({ state, unwatched }: FakeContainer): boolean {
  return unwatched !== "dead" && (state === "running" || state === "stopping" || state === "paused");
}

/** It answers its clients. */
export function isServing(container: FakeContainer): boolean {
  return container.state === "running" && isAlive(container);
}

/** True when its restart policy brings it up again after it exited by itself. */
export function comesBack({ restart, exitCode, restarts, stopped }: FakeContainer): boolean {
  if (stopped || restart.policy === "no") return false;
  if (restart.policy !== "on-failure") return true;
  return exitCode !== 0 && restarts < (restart.retries ?? Number.POSITIVE_INFINITY);
}

export function detailOf(container: FakeContainer): RuntimeContainerDetail {
  const { id, name, labels, image, imageId, state, createdAtMs, startedAtMs, finishedAtMs, restarts, exitCode } =
    container;
  const started = { startedAtMs, restarts, startedAt: startText(container) };
  const shown = isLooping(container) ? "running" : state;
  return {
    ...{ id, name, labels, image, imageId, state: shown, createdAtMs, ...started },
    ...(shown === "exited" ? { exitCode, finishedAtMs } : {}),
    has: settingsOf(container),
  };
}

function settingsOf({ image, request, has, names }: FakeContainer): ContainerSettings {
  const { network, ports, volumes, env, restart, memoryBytes, cpus } = {
    ...(request?.spec ?? componentSpec({ image })),
    ...has,
  } as ComponentSpec;
  const isNamed = network !== undefined && network !== "host" && network !== "none";
  return {
    networkMode: isNamed || network === undefined ? "bridge" : network,
    networks: isNamed ? { [network]: names ?? request?.aliases ?? [] } : {},
    ...{ ports, volumes, env, restart },
    ...present({ memoryBytes, cpus }),
    fields: containerFields({ ...request?.spec, ...present(has ?? {}) }),
  };
}

/** Of a container of somebody else, given without a spec, nothing but its image is known. */
export function descriptionOf(container: FakeContainer): RuntimeDescription {
  const { id, name, labels, image, state, request, has } = container;
  const whole = { ...(request?.spec ?? componentSpec({ image })), ...has } as ComponentSpec;
  const { name: _, ...spec } = whole;
  const refusal = state === "running" ? undefined : `it is not running (${state})`;
  return { id, name, labels, startedAt: startText(container), spec, unsaid: [], remarks: [], refusal };
}

/** What a list tells: less than a single look. */
export function listedOf(container: FakeContainer): RuntimeContainer {
  const { restarts: _, startedAt: __, has: ___, ...listed } = detailOf(container);
  return listed;
}

/** Exits at once and is brought up again for ever: it looks "running" at every look, as in podman. */
export function isLooping(container: FakeContainer): boolean {
  return container.state === "exited" && container.behavior.exitCode !== undefined && comesBack(container);
}

function startText({ startedAtMs, starts }: FakeContainer): string {
  if (starts === 0) return "0001-01-01T00:00:00Z";
  return new Date(startedAtMs).toISOString().replace("Z", `${String(starts).padStart(6, "0")}Z`);
}

export function usualCommands([program]: readonly string[]): number | "hangs" {
  if (program === "sleep") return "hangs";
  return program === "true" ? 0 : 1;
}
