import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withAdoptedLabels } from "../../../../src/agent/runtime/adopted-labels.ts";
import type { RuntimeEvent } from "../../../../src/agent/runtime/runtime.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";

const soon = () => AbortSignal.timeout(5_000);
const own = { [LABEL.service]: "web", [LABEL.component]: "api", [LABEL.node]: "rift", [LABEL.spec]: "lent" };

function world(labels: Record<string, string> = {}) {
  const fake = new FakeRuntime();
  const id = fake.addForeign("by-hand", { labels });
  fake.addForeign("other");
  return { fake, id, runtime: withAdoptedLabels(fake, () => new Map([[id, own]])) };
}

describe("an adopted container", () => {
  it("carries our labels beside its own in everything that is read of it", async () => {
    const { runtime, id } = world({ team: "core" });
    const all = { team: "core", ...own };
    assert.deepEqual((await runtime.inspect("by-hand", soon()))?.labels, all);
    assert.deepEqual((await runtime.describe(id, soon()))?.labels, all);
    assert.deepEqual((await runtime.listIds([id], soon()))[0]?.labels, all);
    const list = await runtime.list({}, soon());
    assert.deepEqual(list.map(({ name, labels }) => [name, labels]).toSorted(), [
      ["by-hand", all],
      ["other", {}],
    ]);
  });

  it("is listed by the labels that are lent to it, once, and not by others", async () => {
    const { runtime, id } = world();
    assert.deepEqual(
      (await runtime.list({ [LABEL.service]: "web" }, soon())).map((c) => c.id),
      [id],
    );
    assert.deepEqual(await runtime.list({ [LABEL.service]: "shop" }, soon()), []);
    const half = world({ [LABEL.service]: "web", [LABEL.component]: "api", [LABEL.node]: "rift" });
    const [found, ...others] = await half.runtime.list({ [LABEL.service]: "web" }, soon());
    assert.deepEqual([found?.labels[LABEL.spec], others], ["lent", []]);
  });

  it("is reported as ours in events", async () => {
    const { runtime, fake, id } = world();
    const events: RuntimeEvent[] = [];
    const stop = new AbortController();
    for await (const event of runtime.events(() => fake.halt(id), stop.signal)) {
      events.push(event);
      if (event.kind === "died") break;
    }
    assert.ok(events.every(({ labels }) => labels[LABEL.component] === "api"));
  });

  it("that carries another's labels keeps them", async () => {
    for (const [key, value] of [
      [LABEL.service, "shop"],
      [LABEL.component, "db"],
      [LABEL.node, "orion"],
    ] as const) {
      const { runtime, id } = world({ ...own, [key]: value, [LABEL.spec]: "its own" });
      assert.equal((await runtime.inspect(id, soon()))?.labels[LABEL.spec], "its own");
      assert.deepEqual(await runtime.list(own, soon()), []);
    }
  });
});
