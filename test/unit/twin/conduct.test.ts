/** The runtime's twin as unkind as a test asks for: calls that are slow, refused, ignored, or answered wrongly after they took effect. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { componentSpec } from "../../helpers/component-spec.ts";
import type { Turn } from "../../twin/conduct.ts";
import { FakeClock } from "../../twin/fake-clock.ts";
import { FakeRuntime } from "../../twin/fake-runtime.ts";

const IMAGE = "example.net/web:v1";
const never = new AbortController().signal;

async function running(turn: Turn = { beforeMs: 0, afterMs: 0 }) {
  const clock = new FakeClock();
  const holder = { turn: { beforeMs: 0, afterMs: 0 } as Turn };
  const options = { now: clock.now, sleep: clock.sleep.bind(clock), deadlineMs: 10_000 };
  const runtime = new FakeRuntime({ ...options, conduct: () => holder.turn });
  runtime.provide(IMAGE);
  await runtime.pull(IMAGE, () => undefined, never);
  const id = await runtime.create({ name: "c", spec: componentSpec({ image: IMAGE }), aliases: [], labels: {} }, never);
  await runtime.start(id, never);
  holder.turn = turn;
  const name = () => runtime.containers.get(id)?.name;
  return { clock, runtime, id, name };
}

describe("a call of the runtime's twin", () => {
  it("takes its time before and after its effect", async () => {
    const { clock, runtime, id, name } = await running({ beforeMs: 100, afterMs: 50 });
    const state = { isDone: false };
    void runtime.rename(id, "d", never).then(() => (state.isDone = true));
    await clock.advance(99);
    assert.equal(name(), "c");
    await clock.advance(1);
    assert.deepEqual([name(), state.isDone], ["d", false]);
    await clock.advance(50);
    assert.equal(state.isDone, true);
  });

  it("takes effect when its caller has left", async () => {
    const { clock, runtime, id, name } = await running({ beforeMs: 100, afterMs: 0 });
    const caller = new AbortController();
    const call = runtime.rename(id, "d", caller.signal);
    caller.abort();
    await assert.rejects(call, { name: "AbortError" });
    assert.equal(name(), "c");
    await clock.advance(100);
    assert.equal(name(), "d");
  });

  it("ends at the deadline, and takes effect after it", async () => {
    const { clock, runtime, id, name } = await running({ beforeMs: 15_000, afterMs: 0 });
    const call = assert.rejects(runtime.rename(id, "d", never), { code: "E_RUNTIME_TIMEOUT" });
    await clock.advance(10_000);
    await call;
    assert.equal(name(), "c");
    await clock.advance(5_000);
    assert.equal(name(), "d");
  });

  it("is refused, ignored, or answered with an error though it took effect, as planned", async () => {
    const { runtime, id, name } = await running();
    const error = new Error("no");
    runtime.fail("rename", error);
    await assert.rejects(runtime.rename(id, "d", never), error);
    runtime.fail("rename", "ignored");
    await runtime.rename(id, "d", never);
    assert.equal(name(), "c");
    runtime.fail("rename", { late: error });
    await assert.rejects(runtime.rename(id, "d", never), error);
    assert.equal(name(), "d");
  });

  it("is lost with the service, and takes no effect any more", async () => {
    const { clock, runtime, id, name } = await running({ beforeMs: 100, afterMs: 0 });
    const call = assert.rejects(runtime.rename(id, "d", never), { message: /connection to podman was lost/ });
    runtime.killService();
    await call;
    await assert.rejects(runtime.ping(never), { code: "E_RUNTIME_UNREACHABLE" });
    runtime.startService();
    await clock.advance(1_000);
    assert.equal(name(), "c");
  });
});
