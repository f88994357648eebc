/**
 * What the agent does before its first pass: checks that it is who it was, and when the machine was restarted or the
 * runtime has lost everything, makes bringing services back the work to do, told in one event instead of one for each.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName } from "../../values/names.ts";
import type { Runtime, RuntimeInfo } from "../runtime/runtime.ts";
import type { MakeEvent } from "../state/events.ts";
import { checkIdentity, identityOf, machineBoot, recordBoot } from "../state/identity.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { ServiceRow, Store } from "../store/store.ts";

export interface RecoverPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly book: ServiceCache;
  readonly makeEvent: MakeEvent;
  readonly env: NodeJS.ProcessEnv;
  /** The operator says that a changed identity is meant. */
  readonly acceptIdentity: boolean;
}

/**
 * Broken off anywhere and called again, it does the rest: the boot is recorded last.
 * @throws McpError E_CONFIG for a changed identity, and what the runtime and the store throw.
 */
export async function prepareToRecover(ports: RecoverPorts, signal: AbortSignal): Promise<RuntimeInfo> {
  const { store, book, runtime, node } = ports;
  const info = await runtime.info(signal);
  await checkIdentity(store, identityOf(node, info, ports.env), ports.acceptIdentity);
  const boot = await machineBoot(store);
  const rebooted = boot.recorded !== undefined && boot.recorded !== boot.now;
  const found = (await runtime.list({ [LABEL.node]: node }, signal)).length;
  const lost = found === 0 && book.all().some((row) => expected(row) > 0);
  if (rebooted || lost) await unsettleAll(ports, lost);
  if (boot.recorded !== boot.now) await recordBoot(store, boot.now);
  return info;
}

/** Containers that should run. */
function expected({ document, memory }: ServiceRow): number {
  const runs = !isTombstone(document) && document.spec.active && memory.appliedGeneration > 0;
  return runs ? document.spec.components.length : 0;
}

/**
 * Differences are then work, not drift, until each generation has been carried out again. That the runtime lost
 * everything is told together with the first change that it makes, so that it is told once.
 */
async function unsettleAll({ book, makeEvent }: RecoverPorts, lost: boolean): Promise<void> {
  const settled = book.all().filter(({ memory, ref }) => memory.settledGeneration >= ref.generation);
  const count = book.all().reduce((sum, row) => sum + expected(row), 0);
  const message = `the registry says ${count} containers, podman has none: bringing all of them back`;
  const event = makeEvent("runtime-empty", message, { data: { expected: count, found: 0 } });
  for (const [index, { service, ref }] of settled.entries()) {
    await book.update(service, ({ memory }) => ({
      memory: { ...memory, settledGeneration: ref.generation - 1 },
      events: lost && index === 0 ? [event] : [],
    }));
  }
}
