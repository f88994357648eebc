/**
 * What the agent does before its first pass: it checks its identity. If the machine was restarted or the
 * runtime has lost everything, all services are brought back as work, reported in one event instead of one for each.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import { hasCode } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { repairDelayMs } from "../reconcile/model/backoff.ts";
import type { Runtime, RuntimeInfo } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import { checkIdentity, identityOf, machineBoot, recordBoot } from "../state/identity.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { ServiceRow, Store } from "../store/store.ts";

export interface RecoverPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly services: ServiceCache;
  readonly makeEvent: MakeEvent;
  readonly env: NodeJS.ProcessEnv;
  /** The operator confirms that a changed identity is intended. */
  readonly acceptIdentity: boolean;
}

export interface WaitForRuntimePorts extends RecoverPorts {
  readonly clock: Clock;
  /** The runtime does not answer yet; the agent retries. */
  onError(error: unknown): void;
  /** This node must not be touched; there is no retry. */
  onFatal(error: unknown): void;
}

/**
 * Tries `prepareToRecover` until the runtime answers.
 * @returns undefined when the agent must not continue
 */
export async function waitForRuntime(
  ports: WaitForRuntimePorts,
  signal: AbortSignal,
): Promise<RuntimeInfo | undefined> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      return await prepareToRecover(ports, signal);
    } catch (error) {
      if (hasCode(error, "E_CONFIG")) {
        ports.onFatal(error);
        return undefined;
      }
      ports.onError(error);
      const pauseMs = 500 + repairDelayMs(Math.min(tries, 4), ports.clock.random());
      await ports.clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }
  return undefined;
}

/**
 * Can be repeated after an interruption: the boot is recorded last.
 * @throws McpError E_CONFIG for a changed identity, and the errors of the runtime and the store.
 */
export async function prepareToRecover(ports: RecoverPorts, signal: AbortSignal): Promise<RuntimeInfo> {
  const { store, services, runtime, node } = ports;
  const info = await runtime.info(signal);
  await checkIdentity(store, identityOf(node, info, ports.env), ports.acceptIdentity);
  const boot = await machineBoot(store);
  const rebooted = boot.recorded !== undefined && boot.recorded !== boot.now;
  const found = (await runtime.list({ [LABEL.node]: node }, signal)).length;
  const lost = found === 0 && services.all().some((row) => expectedContainers(row) > 0);
  if (rebooted || lost) await unsettleAll(ports, lost);
  if (boot.recorded !== boot.now) await recordBoot(store, boot.now);
  return info;
}

/** Containers that should run. */
function expectedContainers({ document, memory }: ServiceRow): number {
  const runs = !isTombstone(document) && document.spec.active && memory.appliedGeneration > 0;
  return runs ? document.spec.components.length : 0;
}

/**
 * Makes differences work, not drift, until each generation has been carried out again; repairs and fights of before do
 * not count. The event that the runtime lost
 * everything is stored together with the first change, so that it is reported once.
 */
async function unsettleAll({ services, makeEvent }: RecoverPorts, lost: boolean): Promise<void> {
  const settled = services.all().filter(({ memory, ref }) => memory.settledGeneration >= ref.generation);
  const count = services.all().reduce((sum, row) => sum + expectedContainers(row), 0);
  const message = `the registry says ${count} containers, podman has none: bringing all of them back`;
  const event = makeEvent("runtime-empty", message, { data: { expected: count, found: 0 } });
  for (const [index, { service, ref }] of settled.entries()) {
    await services.update(service, ({ memory }) => ({
      memory: { ...memory, settledGeneration: ref.generation - 1, repairs: {} },
      events: lost && index === 0 ? [event] : [],
    }));
  }
}
