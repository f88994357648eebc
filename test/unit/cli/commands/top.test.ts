/** `mcp top` */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProcessUsage, UsedContainer } from "../../../../src/schemas/wire/live-container.ts";
import { McpError } from "../../../../src/values/error.ts";
import { desiredService, liveContainer, presenceOf } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { screenOf } from "../../../helpers/screen.ts";
import { type FakeAgent, MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const MIB = 1024 * 1024;
const MACHINE = { cpus: 4, load1: 0.5, memoryBytes: 8192 * MIB, memoryFreeBytes: 6144 * MIB };

/** Answers each measurement with the next of these usages, 1 s later by its clock than the one before. */
function uses(...looks: readonly (readonly UsedContainer[])[]): FakeAgent {
  const count = { n: 0 };
  return ({ verb }) => {
    if (verb !== "usage") return [];
    const containers = looks[Math.min(count.n, looks.length - 1)] ?? [];
    count.n += 1;
    return [{ body: { verb, machine: { ...MACHINE, atMs: 5_000 + count.n * 1_000 }, containers } }];
  };
}

function used(name: string, cpuMs: number, more: Partial<UsedContainer> = {}): UsedContainer {
  const usage: ProcessUsage = { cpuMs, memoryBytes: 64 * MIB, processes: 2 };
  return { ...liveContainer(), id: name, name, component: name, usage, ...more };
}

function fleet(agent: FakeAgent): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 3_000);
  bus.agents.set("rift", agent);
  return bus;
}

const top = (bus: MemoryOperatorBus, ...words: readonly string[]) =>
  runCli(["top", "--interval", "1ms", ...words], { bus });

describe("mcp top", () => {
  it("shows the machines, and the containers that use most first", async () => {
    const bus = fleet(uses([used("api", 1_000), used("db", 0)], [used("api", 1_100), used("db", 1_500)]));
    const { code, stdout, stderr } = await top(bus);
    assert.deepEqual([code, stderr], [0, ""]);
    const [machine, head, first, second, last] = stdout.split("\n");
    assert.equal(machine, "rift: load 0.50 on 4 cores, memory 2.0 GiB of 8.0 GiB");
    assert.match(head ?? "", /^NODE +SERVICE +COMPONENT +CPU +MEMORY +PROCESSES +STATE +UPTIME$/);
    assert.match(first ?? "", /^rift +web +db +150\.0% +64\.0 MiB +2 +running /);
    assert.match(second ?? "", /^rift +web +api +10\.0% /);
    assert.equal(last, "1 node answered, 0 silent");
  });

  it("sorts by memory or name when asked", async () => {
    const measured = [[used("api", 9), used("db", 5, { usage: { cpuMs: 5, memoryBytes: 900 * MIB, processes: 1 } })]];
    const order = async (...words: readonly string[]) =>
      [...(await top(fleet(uses(...measured)), ...words)).stdout.matchAll(/^rift +web +(\w+)/gm)].map(
        ([, name]) => name,
      );
    assert.deepEqual(await order("--sort", "memory"), ["db", "api"]);
    assert.deepEqual(await order("--sort", "name"), ["api", "db"]);
    assert.equal((await top(fleet(uses(...measured)), "--sort", "size")).code, 2);
  });

  it("claims no share across a restart, nor of what has just begun or cannot be measured", async () => {
    const startedAt = new Date(TEST_NOW_MS - 1_000).toISOString();
    const { usage: _, ...unmeasured } = used("dark", 0);
    const bus = fleet(uses([used("api", 900)], [used("api", 5, { startedAt }), used("new", 7), unmeasured]));
    const { stdout } = await top(bus, "--json");
    const output = assertJson("top-output", stdout);
    assert.deepEqual(
      output.containers.map(({ name, cpuPercent, usage }) => [name, cpuPercent, usage?.cpuMs]),
      [
        ["api", undefined, 5],
        ["new", undefined, 7],
        ["dark", undefined, undefined],
      ],
    );
    assert.deepEqual(output.nodes, [{ node: "rift", ...MACHINE }]);
  });

  it("leaves out what mcp does not manage, unless asked", async () => {
    const { service: _, component: __, ...foreign } = used("foreign", 1);
    const bus = fleet(uses([foreign]));
    assert.doesNotMatch((await top(bus)).stdout, /foreign/);
    assert.match((await top(bus, "--all")).stdout, /\(unmanaged\) +foreign/);
  });

  it("names nodes that are silent or fail, and refuses when that one was asked for", async () => {
    const bus = fleet(() => [{ error: { code: "E_RUNTIME_TIMEOUT", message: "podman does not answer" } }]);
    bus.putPresence(presenceOf("orion"), 3_600_000 * 3);
    const { code, stdout, stderr } = await top(bus, "--timeout", "50ms");
    assert.equal(code, 0);
    assert.match(stdout, /^1 node answered, 1 silent: orion \(last seen 3h ago\)$/m);
    assert.match(stderr, /rift: podman does not answer/);
    assert.equal((await top(bus, "--node", "rift")).code, 9);
    assert.equal((await top(bus, "--node", "orion", "--timeout", "50ms")).code, 6);
    assert.equal((await top(bus, "--node", "rfit")).code, 3);
  });

  it("draws the picture again at a terminal until it is interrupted", async () => {
    const bus = fleet(uses([used("api", 0)], [used("api", 100)], [used("api", 700)]));
    const over = new AbortController();
    const { code, stderr } = await runCli(["top", "--interval", "1ms"], {
      bus,
      tty: true,
      signal: over.signal,
      onOutput: (_stdout, shown) => {
        if (/60\.0%/.test(shown)) over.abort(new Error("enough"));
      },
    });
    assert.match(stderr, /10\.0%[\s\S]*60\.0%/);
    assert.equal(code, 0);
  });

  it("counts no node as silent that it no longer waits for", async () => {
    const over = new AbortController();
    const count = { n: 0 };
    const bus = fleet(({ verb }) => {
      count.n += 1;
      if (count.n > 2) over.abort(new McpError("E_INTERRUPTED", "interrupted"));
      return verb === "usage" && count.n <= 2
        ? [{ body: { verb, machine: { ...MACHINE, atMs: 5_000 + count.n * 1_000 }, containers: [used("api", 1)] } }]
        : [];
    });
    const { code, stderr } = await runCli(["top", "--interval", "1ms"], { bus, tty: true, signal: over.signal });
    assert.equal(code, 130);
    assert.match(stderr, /1 node answered, 0 silent/);
    assert.doesNotMatch(stderr, /[1-9] silent/);
  });

  it("shows the first lines of a picture that is higher than the terminal", async () => {
    const many = Array.from({ length: 40 }, (_, index) => used(`c${index}`, index));
    const over = new AbortController();
    const { stderr } = await runCli(["top", "--interval", "1ms", "--sort", "name"], {
      bus: fleet(uses(many)),
      tty: true,
      signal: over.signal,
      onOutput: () => over.abort(new Error("enough")),
    });
    const shown = screenOf(stderr);
    assert.equal(shown.length, 23);
    assert.match(shown[0] ?? "", /^rift: load/);
    assert.equal(shown.at(-1), "… 21 more lines");
  });

  it("shows one service when it is named, and refuses one that nobody knows", async () => {
    const bus = fleet(uses([used("api", 1), used("db", 1), used("other", 1, { service: "shop" })]));
    bus.putDesired(desiredService());
    const { stdout } = await top(bus, "web/db@rift");
    assert.match(stdout, /^rift +web +db /m);
    assert.doesNotMatch(stdout, /api|shop/);
    const unknown = await top(bus, "wbe");
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /did you mean "web"/);
    assert.equal((await top(bus, "web@rift", "--node", "orion")).code, 2);
  });
});
