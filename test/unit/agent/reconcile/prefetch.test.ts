/** Listing containers for a pass before it is asked for. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Prefetch } from "../../../../src/agent/reconcile/prefetch.ts";
import type { RuntimeContainer } from "../../../../src/agent/runtime/runtime.ts";

type Answer = (containers: readonly RuntimeContainer[] | Error) => void;

/** A runtime that answers when told to. */
function slowRuntime() {
  const asked: { readonly service: string; readonly answer: Answer }[] = [];
  const list = (service: string) =>
    new Promise<readonly RuntimeContainer[]>((resolve, reject) => {
      asked.push({ service, answer: (what) => (what instanceof Error ? reject(what) : resolve(what)) });
    });
  return { asked, list };
}

describe("a look ahead", () => {
  it("is given to one pass, and to no second one", async () => {
    const { asked, list } = slowRuntime();
    const ahead = new Prefetch(list, 2);
    ahead.begin("web");
    const look = ahead.take("web");
    asked[0]?.answer([]);
    assert.deepEqual(await look, []);
    assert.equal(ahead.take("web"), undefined);
  });

  it("is of no use once something has happened", () => {
    const { list } = slowRuntime();
    const ahead = new Prefetch(list, 2);
    ahead.begin("web");
    ahead.forget("web");
    assert.equal(ahead.take("web"), undefined);
  });

  it("that fails leaves it to the pass to look, and to hear why", async () => {
    const { asked, list } = slowRuntime();
    const ahead = new Prefetch(list, 2);
    ahead.begin("web");
    asked[0]?.answer(new Error("podman is away"));
    assert.equal(await ahead.take("web"), undefined);
  });

  it("is made for a limited number of services at once, forgotten ones included", async () => {
    const { asked, list } = slowRuntime();
    const ahead = new Prefetch(list, 2);
    for (const service of ["a", "b", "c"]) ahead.begin(service);
    ahead.forget("a");
    ahead.begin("d");
    assert.deepEqual(
      asked.map(({ service }) => service),
      ["a", "b"],
    );
    for (const { answer } of asked) answer([]);
    await ahead.take("b");
    ahead.begin("e");
    assert.equal(asked.at(-1)?.service, "e");
  });
});
