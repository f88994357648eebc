/** Reading desired state: what a sweep and a wake-up read, what they wait for, and what counts as a complete reading. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRejectedDesired, type RejectedDesired } from "../../../src/agent/desired/rejected-desired.ts";
import { createDesiredSync, type SyncPorts } from "../../../src/agent/desired/sync-desired.ts";
import { openServiceCache } from "../../../src/agent/state/service-cache.ts";
import { MemoryStore } from "../../../src/agent/store/memory-store.ts";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import { deferred } from "../../../src/values/deferred.ts";
import { documentOf, draftOf, memoryOf, refOf } from "../../fixtures/store/samples.ts";

async function syncOn(documents: Record<string, DesiredService>, index: () => readonly string[], own: object = {}) {
  const calls: string[] = [];
  const note = (name: string) => (what?: unknown) =>
    void calls.push(typeof what === "string" ? `${name} ${what}` : name);
  const rejected: RejectedDesired = {
    of: () => undefined,
    add: async (service) => note("rejected")(service),
    clear: async (service) => note("cleared")(service),
  };
  const ports = {
    node: "rift",
    clock: { now: () => Date.parse("2025-01-01T00:00:00Z") },
    services: await openServiceCache(new MemoryStore(), () => undefined),
    bus: {
      readIndex: async () => ({ version: 1, node: "rift", services: index() }),
      readDesired: async (service: string) => {
        calls.push(`read ${service}`);
        return documents[service];
      },
      serverTime: async () => undefined,
    },
    makeEvent: (_kind: string, message: string) => draftOf(message),
    rejected,
    trust: {
      refresh: async () => note("refreshed")(),
      reasonToRefuse: () => undefined,
      beginReading: async () => async () => note("complete")(),
    },
    listAhead: note("listed ahead for"),
    dropListAhead: note("dropped the list of"),
    onAccepted: note("accepted"),
    ...own,
  } as unknown as SyncPorts;
  return { sync: createDesiredSync(ports, (error) => assert.fail(String(error))), calls };
}

describe("a reading of desired state", () => {
  it("is complete when everything in the index was read, and not when the index is empty", async () => {
    const full = await syncOn({ web: documentOf("web", 1) }, () => ["web"]);
    assert.deepEqual(await full.sync.readAll(), ["web"]);
    assert.ok(full.calls.includes("complete"));
    const wiped = await syncOn({}, () => []);
    assert.deepEqual(await wiped.sync.readAll(), []);
    assert.ok(!wiped.calls.includes("complete"));
  });

  it("of a sweep begins when the revocation list has been read", async () => {
    const refreshed = deferred<void>();
    const trust = {
      refresh: () => refreshed.promise,
      reasonToRefuse: () => undefined,
      beginReading: async () => undefined,
    };
    const { sync, calls } = await syncOn({ web: documentOf("web", 1) }, () => ["web"], { trust });
    const reading = sync.readAll();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(calls.length, 0);
    refreshed.resolve();
    await reading;
    assert.ok(calls.includes("read web"));
  });

  it("of the index reads the services that are new, and only those", async () => {
    const names = ["web"];
    const { sync, calls } = await syncOn({ web: documentOf("web", 1), db: documentOf("db", 1) }, () => names);
    await sync.readAll();
    names.push("db");
    calls.length = 0;
    await sync.read("_index");
    assert.deepEqual(
      calls.filter((one) => one.startsWith("read ")),
      ["read db"],
    );
    assert.ok(calls.includes("accepted db"));
  });

  it("of one service begins when the one before has ended, so an older answer is never judged after a newer one", async () => {
    const answers = [deferred<DesiredService>(), deferred<DesiredService>()];
    const begun: number[] = [];
    const bus = {
      readDesired: () => {
        begun.push(begun.length);
        return answers[begun.length - 1]?.promise;
      },
      serverTime: async () => undefined,
    };
    const { sync } = await syncOn({}, () => [], { bus });
    const readings = [sync.read("web"), sync.read("web")];
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(begun.length, 1);
    answers[0]?.resolve(documentOf("web", 1));
    await readings[0];
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(begun.length, 2);
    answers[1]?.resolve(documentOf("web", 1));
    await readings[1];
  });

  it("clears the rejection of a state that is accepted now", async () => {
    const { sync, calls } = await syncOn({ web: documentOf("web", 1) }, () => ["web"]);
    await sync.read("web");
    assert.deepEqual(calls.slice(-2), ["cleared web", "accepted web"]);
    assert.ok(!calls.includes("dropped the list of web"));
  });

  it("drops the list of containers that was made before an adoption", async () => {
    const document = { ...documentOf("web", 1), adopted: {} };
    const { sync, calls } = await syncOn({ web: document }, () => ["web"]);
    await sync.read("web");
    assert.ok(calls.includes("dropped the list of web"));
  });
});

describe("a rejected document", () => {
  async function rejecting() {
    const store = new MemoryStore();
    const services = await openServiceCache(store, () => undefined);
    const makeEvent = ((_kind: string, message: string) => draftOf(message)) as never;
    const rejected = createRejectedDesired({
      services,
      store,
      makeEvent,
      onChange: () => undefined,
      onEvents: () => undefined,
    });
    return { store, services, rejected };
  }
  const refusal = (writeId: string) => ({ kind: "refused", reason: "no right", writeId }) as const;

  it("is reported once for a reason, also for another document of an accepted service", async () => {
    const { store, services, rejected } = await rejecting();
    const document = documentOf("web", 1);
    await services.accept(document, refOf(document), []);
    await services.update("web", () => ({ memory: memoryOf(1) }));
    await rejected.add("web", refusal("one"));
    await rejected.add("web", refusal("two"));
    assert.equal(await store.undeliveredCount(), 1);
  });

  it("is reported again after it was fixed", async () => {
    const { store, rejected } = await rejecting();
    await rejected.add("web", refusal("one"));
    await rejected.add("web", refusal("one"));
    assert.equal(await store.undeliveredCount(), 1);
    await rejected.clear("web");
    assert.equal(rejected.of("web"), undefined);
    await rejected.add("web", refusal("one"));
    assert.equal(await store.undeliveredCount(), 2);
  });
});
