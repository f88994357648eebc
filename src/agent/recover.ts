/**
 * What the agent does before its first pass: checks that it is who it was, and when the machine was restarted or the
 * runtime has lost everything, makes bringing services back the work to do, told in one event instead of one for each.
 */
import { isTombstone } from "../schemas/desired.ts";
import { LABEL } from "../schemas/labels.ts";
import type { NodeName } from "../schemas/names.ts";
import type { Book } from "./book.ts";
import type { MakeEvent } from "./events.ts";
import { checkIdentity, identityOf, noteReboot } from "./identity.ts";
import type { Runtime, RuntimeInfo } from "./runtime/runtime.ts";
import type { Store } from "./store/store.ts";

export interface RecoverPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly book: Book;
  readonly makeEvent: MakeEvent;
  readonly env: NodeJS.ProcessEnv;
  /** The operator says that a changed identity is meant. */
  readonly acceptIdentity: boolean;
}

/** @throws McpError E_CONFIG for a changed identity, and what the runtime throws. */
export async function prepareToRecover(ports: RecoverPorts, signal: AbortSignal): Promise<RuntimeInfo> {
  const info = await ports.runtime.info(signal);
  await checkIdentity(ports.store, identityOf(ports.node, info, ports.env), ports.acceptIdentity);
  const rebooted = await noteReboot(ports.store);
  const expected = expectedContainers(ports.book);
  const found = (await ports.runtime.list({ [LABEL.node]: ports.node }, signal)).length;
  const lost = expected > 0 && found === 0;
  if (lost) {
    const message = `the registry says ${expected} containers, podman has none: bringing all of them back`;
    await ports.store.append([ports.makeEvent("runtime-empty", message, { data: { expected, found } })]);
  }
  if (rebooted || lost) await unsettleAll(ports.book);
  return info;
}

function expectedContainers(book: Book): number {
  return book.all().reduce((sum, { document, memory }) => {
    const running = !isTombstone(document) && document.spec.active && memory.appliedGeneration > 0;
    return sum + (running ? document.spec.components.length : 0);
  }, 0);
}

/** Differences are then work, not drift, until each generation has been carried out again. */
async function unsettleAll(book: Book): Promise<void> {
  for (const { service, ref } of book.all()) {
    await book.update(service, ({ memory }) => ({ memory: { ...memory, settledGeneration: ref.generation - 1 } }));
  }
}
