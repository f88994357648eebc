/**
 * Runs the health checks of definitions, one loop per container, and keeps the latest results. podman's own
 * checks need systemd timers, so containers are created without them.
 */
import { connect } from "node:net";
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { HealthState } from "../../schemas/service/observed.ts";
import type { HealthSpec, HttpCheck, TcpCheck } from "../../schemas/service/spec.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { ReconcileState } from "../reconcile/reconcile-state.ts";
import { ANSWER_LOST, type Runtime } from "../runtime/runtime.ts";
import { ChildController } from "../state/child-controller.ts";
import type { Clock } from "../state/clock.ts";
import type { ServiceCache } from "../state/service-cache.ts";

export interface HealthPorts {
  readonly runtime: Runtime;
  readonly clock: Clock;
  onChange(containerId: string, health: HealthState): void;
}

/** A container to be checked. */
export interface CheckedContainer {
  readonly id: string;
  readonly startedAtMs: number;
  readonly health: HealthSpec;
}

export interface HealthChecks {
  of(containerId: string): HealthState | undefined;
  /**
   * From now on checks exactly these of the containers of `owner`.
   * @param rolledOut what rollouts under way have found out themselves; a loop that begins later continues from there
   */
  set(owner: string, containers: readonly CheckedContainer[], rolledOut?: RolloutHealth): void;
}

/** The health of containers that are coming up or have just come up, by id. */
export type RolloutHealth = ReadonlyMap<string, { readonly startedAtMs: number; readonly health: HealthState }>;

/** The running containers with a health check. While a container is being started, its rollout checks it instead. */
export function checkedContainers(services: Pick<ServiceCache, "get">, state: ReconcileState): CheckedContainer[] {
  const document = services.get(state.service)?.document;
  if (document === undefined || isTombstone(document) || !document.spec.active) return [];
  return state.containers.flatMap((container) => {
    const spec = document.spec.components.find((c) => c.name === container.labels[LABEL.component]);
    if (spec?.health === undefined || container.state !== "running") return [];
    return [{ id: container.id, startedAtMs: container.startedAtMs, health: spec.health }];
  });
}

interface Loop {
  readonly stop: AbortController;
  readonly key: string;
  state: HealthState;
}

/** What the rollouts under way have found out about the health of their containers. */
export function rolloutHealth({ changed }: ReconcileState): RolloutHealth {
  return new Map(
    [...changed].flatMap(([id, container]) => {
      if (container?.health === undefined) return [];
      return [[id, { startedAtMs: container.startedAtMs, health: container.health }]];
    }),
  );
}

export function createHealthChecks(ports: HealthPorts, signal: AbortSignal): HealthChecks {
  const owners = new Map<string, Map<string, Loop>>();
  const rollouts = new Map<string, RolloutHealth>();
  const begin = (container: CheckedContainer, key: string, state: HealthState): Loop => {
    const loop: Loop = { stop: new ChildController(signal), key, state };
    void runLoop(ports, container, loop);
    return loop;
  };
  return {
    of: (containerId) => {
      const rollout = [...rollouts.values()].find((containers) => containers.has(containerId));
      const loops = [...owners.values()].find((containers) => containers.has(containerId));
      return rollout?.get(containerId)?.health ?? loops?.get(containerId)?.state;
    },
    set: (owner, containers, rolledOut = new Map()) => {
      const before = rollouts.get(owner);
      if (rolledOut.size === 0) rollouts.delete(owner);
      else rollouts.set(owner, rolledOut);
      const loops = owners.get(owner) ?? new Map<string, Loop>();
      const wanted = new Map(containers.map((c) => [c.id, `${c.startedAtMs} ${JSON.stringify(c.health)}`]));
      for (const [id, loop] of loops) {
        if (wanted.get(id) === loop.key) continue;
        loop.stop.abort();
        loops.delete(id);
      }
      for (const container of containers) {
        const { id } = container;
        const known = rolledOut.get(id) ?? before?.get(id);
        if (!loops.has(id)) loops.set(id, begin(container, wanted.get(id) ?? "", firstState(container, known)));
      }
      if (loops.size === 0) owners.delete(owner);
      else owners.set(owner, loops);
    },
  };
}

/** What its rollout has found out, unless the container has been started again since. A list gives the start in whole seconds. */
function firstState({ startedAtMs }: CheckedContainer, known: ReturnType<RolloutHealth["get"]>): HealthState {
  if (known === undefined) return "starting";
  return Math.floor(known.startedAtMs / 1000) === Math.floor(startedAtMs / 1000) ? known.health : "starting";
}

async function runLoop(ports: HealthPorts, c: CheckedContainer, loop: Loop): Promise<void> {
  const { signal } = loop.stop;
  for (let failures = 0; !signal.aborted; ) {
    const passed = await runCheck(ports.runtime, c, signal);
    if (signal.aborted) return;
    const inStartPeriod = loop.state === "starting" && ports.clock.now() - c.startedAtMs < c.health.startPeriodMs;
    if (passed || (passed === false && inStartPeriod)) failures = 0;
    else if (passed === false) failures += 1;
    const next = passed ? "healthy" : failures >= c.health.retries ? "unhealthy" : loop.state;
    if (next !== loop.state) {
      loop.state = next;
      ports.onChange(c.id, next);
    }
    await ports.clock.sleep(c.health.intervalMs, signal).catch(() => undefined);
  }
}

/**
 * True when one check passes; anything else, also a timeout, is a failure. Undefined when podman could not be asked to run the
 * command, which says nothing about the container. Never rejects.
 */
export async function runCheck(
  runtime: Runtime,
  { id, health }: Pick<CheckedContainer, "id" | "health">,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { check, timeoutMs } = health;
  try {
    if (check.kind === "cmd") return (await runtime.exec(id, check.cmd, timeoutMs, signal)) === 0;
    return await answers(check, timeoutMs, signal);
  } catch (error) {
    return isUnanswered(error) ? undefined : false;
  }
}

/** Podman's service is down, or ended before it answered. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof McpError && error.details === ANSWER_LOST) return true;
  return hasCode(error, "E_RUNTIME_UNREACHABLE");
}

async function answers(check: TcpCheck | HttpCheck, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const over = new ChildController(signal);
  const timer = setTimeout(() => over.abort(), timeoutMs);
  try {
    return check.kind === "tcp"
      ? await tcpAnswers(check.address, Math.min(TCP_SETTLE_MS, timeoutMs * SETTLE_SHARE), over.signal)
      : await httpAnswers(check.url, over.signal);
  } finally {
    clearTimeout(timer);
    over.detach();
  }
}

async function httpAnswers(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { signal, redirect: "manual" });
  await response.body?.cancel();
  return response.status < 400;
}

/** A connection that stays open this long, or receives data within this time, has a program behind it. */
const TCP_SETTLE_MS = 1_000;
/** With a short timeout it is this part of it. */
const SETTLE_SHARE = 0.8;

/**
 * Rootless port forwarding accepts connections even with nothing behind the port and then closes them, so a connection
 * closed within this time without data is a failure.
 */
function tcpAnswers(address: string, settleMs: number, signal: AbortSignal): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(address.slice(colon + 1)), signal });
    const end = (passed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(passed);
    };
    const timer = setTimeout(() => end(!socket.connecting), settleMs);
    socket.once("data", () => end(true));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
