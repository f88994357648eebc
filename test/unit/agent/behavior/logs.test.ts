/** Logs that an operator reads and follows: restarts, replacements, bounds, and the signs of life of a slow runtime. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { serveLogs } from "../../../../src/agent/requests/serve-logs.ts";
import type { RuntimeLogLine } from "../../../../src/agent/runtime/runtime.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import type { LogsQuery, ReplyBody } from "../../../../src/schemas/wire/request.ts";
import { componentSpec } from "../../../helpers/component-spec.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";
import type { FakeImage } from "../../../twin/fake-containers.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";

const NODE = "rift";
const IMAGE = "example.net/web:v1";
const LABELS = { [LABEL.service]: "web", [LABEL.node]: NODE, [LABEL.component]: "api" };
const NEVER = new AbortController().signal;

class LogWorld {
  readonly clock = new FakeClock();
  readonly runtime = new FakeRuntime({ now: this.clock.now });
  readonly replies: ReplyBody[] = [];
  readonly over = new AbortController();

  async container(name: string, image: FakeImage = {}): Promise<string> {
    this.runtime.provide(IMAGE, image);
    await this.runtime.pull(IMAGE, () => undefined, NEVER);
    const spec = componentSpec({ image: IMAGE });
    const id = await this.runtime.create({ name, spec, aliases: [], labels: LABELS }, NEVER);
    await this.runtime.start(id, NEVER);
    return id;
  }

  write(id: string, line: string, stream: RuntimeLogLine["stream"] = "stdout"): void {
    const second = Math.floor(this.clock.now() / 1000) * 1000;
    this.runtime.write(id, { stream, at: new Date(second).toISOString(), line });
  }

  read(query: Partial<LogsQuery> = {}): Promise<void> {
    const { clock, runtime } = this;
    const replier = { send: async ({ body }: { body?: ReplyBody }) => void (body && this.replies.push(body)) };
    const whole: LogsQuery = { verb: "logs", service: "web", follow: false, ...query };
    return serveLogs({ node: NODE, runtime, clock }, { query: whole, replier, signal: this.over.signal });
  }

  /** Until the signal aborts, which is how it ends. */
  follow(query: Partial<LogsQuery> = {}): void {
    this.read({ ...query, follow: true }).catch(() => undefined);
  }

  lines(): string[] {
    return this.replies.flatMap((body) => (body.verb === "logs" ? body.lines.map(({ line }) => line) : []));
  }

  async until(lines: readonly string[]): Promise<void> {
    await eventually(async () => {
      await this.clock.advance(500);
      return this.lines().length >= lines.length;
    });
    assert.deepEqual(this.lines(), lines);
  }
}

describe("logs that are followed", () => {
  it("go on after a restart with its first line, without a repetition", async () => {
    const world = new LogWorld();
    const id = await world.container("web-api");
    world.write(id, "one");
    world.write(id, "two");
    world.follow({ tail: 1 });
    await world.until(["two"]);
    world.write(id, "three");
    world.runtime.halt(id);
    await world.runtime.start(id, NEVER);
    world.write(id, "begins again");
    await world.until(["two", "three", "begins again"]);
    world.over.abort();
  });

  it("show the reason of a crash loop, though no look ever finds the container running", async () => {
    const world = new LogWorld();
    const id = await world.container("web-api", { exitCode: 3, lines: ["cannot open the database"] });
    world.follow();
    await world.until(["cannot open the database"]);
    for (let round = 2; round <= 4; round++) {
      await world.clock.advance(5_000);
      await world.runtime.start(id, NEVER);
      await world.until(Array.from({ length: round }, () => "cannot open the database"));
    }
    world.over.abort();
  });

  it("contain what a container wrote at its end, when the runtime's follower ended before it", async () => {
    const world = new LogWorld();
    const id = await world.container("web-api");
    world.follow();
    world.write(id, "first");
    await world.until(["first"]);
    // Only into the log: the follower does not see it.
    world.runtime.containers
      .get(id)
      ?.log.push({ stream: "stdout", at: new Date(world.clock.now()).toISOString(), line: "last words" });
    world.runtime.halt(id);
    await world.until(["first", "last words"]);
    world.over.abort();
  });

  it("are those of the container that replaces it, not of an older one", async () => {
    const world = new LogWorld();
    const old = await world.container("web-api-old");
    world.write(old, "from the old one");
    world.runtime.halt(old);
    await world.clock.advance(1_000);
    const now = await world.container("web-api");
    world.write(now, "from the new one");
    world.follow();
    await world.until(["from the new one"]);
    world.runtime.halt(now);
    await world.clock.advance(3_000);
    await world.container("web-api-next", { lines: ["from the next one"] });
    await world.until(["from the new one", "from the next one"]);
    world.over.abort();
  });

  it("survive the removal of the container", async () => {
    const world = new LogWorld();
    const old = await world.container("web-api");
    world.follow();
    world.write(old, "first");
    await world.until(["first"]);
    world.runtime.vanish(old);
    await world.container("web-api", { lines: ["second"] });
    await world.until(["first", "second"]);
    world.over.abort();
  });

  it("begin now when no earlier lines are wanted, and lose none after that", async () => {
    const world = new LogWorld();
    const id = await world.container("web-api");
    world.write(id, "old");
    await world.clock.advance(2_000);
    world.follow({ tail: 0 });
    await world.clock.advance(2_000);
    world.runtime.halt(id);
    await world.runtime.start(id, NEVER);
    world.write(id, "new");
    await world.until(["new"]);
    world.over.abort();
  });
});

describe("a request for logs", () => {
  it("refuses more last lines than the runtime can find in good time", async () => {
    const world = new LogWorld();
    await world.container("web-api");
    await assert.rejects(world.read({ tail: 10_001 }), (error: Error & { code?: string; hint?: string }) => {
      assert.deepEqual([error.code, error.message], ["E_UNSUPPORTED", "10001 lines are more than 10000"]);
      return /--since/.test(error.hint ?? "");
    });
  });

  it("gives a sign of life every second while the runtime has no line yet", async () => {
    const world = new LogWorld();
    await world.container("web-api");
    const held = new AbortController();
    world.runtime.list = async () => {
      await once(held.signal, "abort");
      return [];
    };
    const reading = world.read();
    await world.clock.advance(3_000);
    assert.deepEqual(
      world.replies,
      [1, 2, 3].map(() => ({ verb: "logs", lines: [] })),
    );
    held.abort();
    await assert.rejects(reading, { code: "E_NOT_FOUND" });
    await world.clock.advance(3_000);
    assert.equal(world.replies.length, 3);
  });
});
