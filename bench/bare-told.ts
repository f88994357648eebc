/**
 * The least that lies before the create of any agent which is told by the bus, keeps what it is told before it acts, and
 * looks before it makes: a write to the bus, its wake-up, the read of it; the commit to a store; a list of containers.
 */
import { join } from "node:path";
import { openStore } from "../src/agent/store/open-store.ts";
import { EMPTY_MEMORY } from "../src/agent/store/store.ts";
import { connectNodeBus } from "../src/bus/bus.ts";
import type { NodeBus } from "../src/bus/ports/node-bus.ts";
import { isTombstone } from "../src/schemas/service/desired.ts";
import { documentHash } from "../src/schemas/service/spec-hash.ts";
import { componentSpec } from "../test/helpers/component-spec.ts";
import { eventually } from "../test/helpers/eventually.ts";
import { podmanRest } from "../test/helpers/podman-rest.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";
import { type Timed, timed } from "./alternate.ts";
import { firstDocument } from "./bench-bus.ts";
import type { BenchNode } from "./bench-node.ts";

/** Has no agent. */
const OTHER_NODE = "bare";

/** What is timed, once a call. */
export async function bareTold(scope: Scope, node: BenchNode): Promise<Timed> {
  const settings = { servers: [node.server.url], name: "bare", inboxPrefix: "_INBOX_bare" };
  const bus = await connectNodeBus(settings, OTHER_NODE, { onProblem: console.error });
  const store = await openStore(join(await tempDir(scope), "mcp.db"), { onRebuilt: () => undefined });
  const over = new AbortController();
  scope.after(async () => {
    over.abort();
    await Promise.all([bus.close(), store.close()]);
  });
  await eventually(async () => bus.isConnected(), { what: "the bare node is connected" });
  const wakes = wakesOf(bus, over.signal);
  const counter = { n: 0 };
  return async () => {
    counter.n += 1;
    const document = firstDocument(OTHER_NODE, componentSpec({ name: `told-${counter.n}`, image: node.images[0] }));
    return await timed(async () => {
      const woken = wakes(document.service);
      await Promise.all([node.bus.writeDesired(document, 0), woken]);
      const read = await bus.readDesired(document.service);
      if (read === undefined || isTombstone(read)) throw new Error("the bus holds something else");
      await store.accept(read, { generation: 1, hash: documentHash(read) }, EMPTY_MEMORY, []);
      await podmanRest(node.podman.socketPath, "GET", "/containers/json?all=true");
    });
  };
}

/** Resolves at the wake-up of the service named, if it is asked for before that comes. */
function wakesOf(bus: NodeBus, signal: AbortSignal): (service: string) => Promise<void> {
  const waiting = new Map<string, () => void>();
  bus.onWake((service) => waiting.get(service)?.(), signal);
  return (service) => new Promise((resolve) => waiting.set(service, resolve));
}
