import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { DoctorOutput } from "../../../../src/schemas/output/doctor-output.ts";
import { McpError } from "../../../../src/values/error.ts";
import { componentSpec, desiredService, presenceOf, serviceSpec, tombstone } from "../../../helpers/fleet-builders.ts";
import { type RunCliOptions, runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

describe("mcp service show", () => {
  function stored(): MemoryOperatorBus {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    const spec = serviceSpec({ components: [componentSpec({ env: { PASSWORD: "hunter2" } })] });
    bus.putDesired(desiredService({ generation: 7, spec, message: "new certificate" }));
    return bus;
  }

  it("prints the stored spec as TOML without the values of env", async () => {
    const { code, stdout } = await runCli(["service", "show", "web"], { bus: stored() });
    assert.equal(code, 0);
    assert.match(stdout, /^# web@rift, generation 7 by alice@laptop at .* \(deploy: new certificate\)$/m);
    assert.match(stdout, /^name = "web"$/m);
    assert.match(stdout, /PASSWORD/);
    assert.doesNotMatch(stdout, /hunter2/);
  });

  it("shows them with --reveal, and not with --json alone", async () => {
    assert.match((await runCli(["service", "show", "web", "--reveal"], { bus: stored() })).stdout, /hunter2/);
    assert.doesNotMatch((await runCli(["service", "show", "web", "--json"], { bus: stored() })).stdout, /hunter2/);
  });

  it("hides them in what a tombstone retires, too", async () => {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    bus.putDesired(
      tombstone({ retired: serviceSpec({ components: [componentSpec({ env: { PASSWORD: "hunter2" } })] }) }),
    );
    const { stdout } = await runCli(["service", "show", "web", "--json"], { bus });
    assert.match(stdout, /PASSWORD/);
    assert.doesNotMatch(stdout, /hunter2/);
  });
});

describe("mcp bus provision", () => {
  const stream = (result: "created" | "unchanged" | "differs" | "missing", name = "KV_mcp-desired") => ({
    name,
    result,
    differences: result === "differs" ? [{ setting: "max_age", want: 0, have: 5 }] : [],
  });
  const reporting = (...streams: ReturnType<typeof stream>[]): RunCliOptions => ({
    provisionBus: async () => ({ streams, warnings: ["old server"] }),
  });

  it("shows what was created and passes warnings on", async () => {
    const { code, stdout, stderr } = await runCli(["bus", "provision"], reporting(stream("created")));
    assert.equal(code, 0);
    assert.match(stdout, /^KV_mcp-desired {2}created$/m);
    assert.equal(stderr, "warning: old server\n");
  });

  it("shows settings that differ and exits 6, with the result on stdout all the same", async () => {
    const { code, stdout, stderr } = await runCli(["bus", "provision", "--json"], reporting(stream("differs")));
    assert.equal(code, 6);
    assert.equal(JSON.parse(stdout).streams[0].differences[0].setting, "max_age");
    assert.match(stderr, /E_BUS_MISMATCH/);
  });

  it("exits 10 when a dry run finds something missing", async () => {
    const { code } = await runCli(["bus", "provision", "--dry-run"], reporting(stream("missing")));
    assert.equal(code, 10);
  });

  it("passes its options on, and refuses two copies", async () => {
    const asked: unknown[] = [];
    const provisionBus: NonNullable<RunCliOptions["provisionBus"]> = async (_, options) => {
      asked.push(options);
      return { streams: [], warnings: [] };
    };
    await runCli(["bus", "provision", "--replicas", "3", "--dry-run"], { provisionBus });
    assert.deepEqual(asked, [{ replicas: 3, create: false }]);
    assert.equal((await runCli(["bus", "provision", "--replicas", "2"], { provisionBus })).code, 2);
  });
});

describe("mcp doctor", () => {
  const env = { HOME: "/nonexistent", MCP_BUS_SERVERS: "nats://127.0.0.1:4222" };

  function bus(): MemoryOperatorBus {
    const memory = new MemoryOperatorBus(() => TEST_NOW_MS);
    memory.putPresence(presenceOf("rift", { at: new Date(TEST_NOW_MS - 2_000).toISOString() }), 2_000);
    return memory;
  }

  async function checks(options: RunCliOptions) {
    const { code, stdout } = await runCli(["doctor", "--json"], { env, ...options });
    const output = JSON.parse(stdout) as DoctorOutput;
    const found = (result: string) => output.checks.filter((check) => check.result === result);
    return { code, output, fails: found("fail"), warnings: found("warn") };
  }

  it("finds nothing to fail where all is well", async () => {
    const { code, fails, warnings } = await checks({ bus: bus() });
    assert.equal(code, 0);
    assert.deepEqual(fails, []);
    assert.deepEqual(
      warnings.map(({ name }) => name),
      ["definitions"],
      "only the services directory is missing",
    );
  });

  it("fails where the server accepts smaller messages than mcp needs, with the line of nats.conf", async () => {
    const memory = bus();
    const payload = async (maxPayload: number) => {
      memory.serverFacts = { ...memory.serverFacts, maxPayload };
      return (await checks({ bus: memory })).output.checks.find(({ name }) => name === "bus-payload");
    };
    assert.equal((await payload(1_048_576))?.result, "ok");
    const small = await payload(65_536);
    assert.deepEqual(
      [small?.result, /64.0 KiB.* needs 897 KiB/.test(small?.message ?? "")],
      ["fail", true],
      small?.message,
    );
    assert.match(small?.remedy ?? "", /`max_payload: 1MB` in nats\.conf/);
  });

  it("warns of credentials that others can read", async (t) => {
    const creds = join(await tempDir(t), "me.creds");
    const warned = async (mode: number) => {
      await writeFile(creds, "any");
      await chmod(creds, mode);
      const { warnings } = await checks({ bus: bus(), env: { ...env, MCP_BUS_CREDS: creds } });
      return warnings.filter(({ name }) => name === "creds").map(({ remedy }) => remedy);
    };
    assert.deepEqual([await warned(0o640), await warned(0o600)], [[`chmod 600 ${creds}`], []]);
  });

  it("names the settings when no bus is given, and looks no further", async () => {
    const { code, fails } = await checks({ bus: bus(), env: { HOME: "/nonexistent" } });
    assert.equal(code, 8);
    assert.deepEqual(
      fails.map(({ name }) => name),
      ["settings"],
    );
  });

  it("tells an unreachable bus with its cause and what to do", async () => {
    const openBus = () =>
      Promise.reject(new McpError("E_BUS_UNREACHABLE", "cannot reach the bus", { cause: new Error("refused") }));
    const { code, fails } = await checks({ openBus });
    assert.equal(code, 8);
    assert.deepEqual(
      fails.map(({ name, message }) => [name, message]),
      [["bus", "cannot reach the bus: refused"]],
    );
    assert.ok(fails[0]?.remedy);
  });

  it("warns of a server without security fixes", async () => {
    const memory = bus();
    memory.serverFacts = { ...memory.serverFacts, version: "2.10.27" };
    assert.ok((await checks({ bus: memory })).warnings.some(({ name }) => name === "bus-version"));
  });

  it("fails on missing streams and on settings that differ, but not on another number of copies", async () => {
    const streams = (
      differences: { setting: string; want: unknown; have: unknown }[],
      result: "missing" | "differs",
    ) => ({
      bus: bus(),
      provisionBus: async () => ({ streams: [{ name: "MCP_EVENTS", result, differences }], warnings: [] }),
    });
    const missing = await checks(streams([], "missing"));
    assert.deepEqual(
      missing.fails.map(({ name, remedy }) => [name, remedy]),
      [["streams", "mcp bus provision"]],
    );
    assert.equal((await checks(streams([{ setting: "max_age", want: 1, have: 2 }], "differs"))).code, 8);
    assert.equal((await checks(streams([{ setting: "num_replicas", want: 1, have: 3 }], "differs"))).code, 0);
  });

  it("names offline nodes, clocks that differ, a hung podman and events that pile up", async () => {
    const memory = bus();
    memory.putPresence(presenceOf("away"), 3_600_000);
    const runtime = { name: "podman", health: "hung" } as const;
    memory.putPresence(
      presenceOf("sick", { runtime, outbox: 5_000, at: new Date(TEST_NOW_MS + 60_000).toISOString() }),
      0,
    );
    const { code, fails, warnings } = await checks({ bus: memory });
    assert.equal(code, 8);
    assert.deepEqual(
      fails.map(({ name, message }) => [name, message]),
      [["runtime", "sick: podman is hung"]],
    );
    assert.deepEqual(
      warnings.map(({ name }) => name),
      ["definitions", "nodes", "clock", "outbox"],
    );
    assert.match(warnings[2]?.message ?? "", /sick: its clock is 1m ahead of this machine's/);
  });

  it("compares this machine's clock with the server's", async () => {
    for (const [aheadMs, says] of [
      [60_000, /1m behind the bus server's/],
      [-60_000, /1m ahead of the bus server's/],
    ] as const) {
      const memory = bus();
      memory.serverFacts = { ...memory.serverFacts, serverTimeMs: TEST_NOW_MS + aheadMs };
      const { code, warnings } = await checks({ bus: memory });
      const clock = warnings.find(({ name }) => name === "bus-clock");
      assert.equal(code, 0);
      assert.match(clock?.message ?? "", says);
      assert.ok(clock?.remedy);
    }
  });

  it("finds out what the credentials may do without changing anything", async () => {
    const memory = bus();
    const { output } = await checks({ bus: memory });
    assert.deepEqual(
      output.checks.filter(({ name }) => name.startsWith("may-")).map(({ name, result }) => [name, result]),
      [
        ["may-read", "ok"],
        ["may-write", "ok"],
      ],
    );
    assert.deepEqual([await memory.listDesired(), memory.published], [[], []]);
  });

  it("warns of credentials that may only look, and fails on those that may not even that", async () => {
    const refuse = () => Promise.reject(new McpError("E_REFUSED", "no right"));
    const reader = Object.assign(bus(), { writeDesired: refuse });
    const looking = await checks({ bus: reader });
    assert.equal(looking.code, 0);
    assert.ok(looking.warnings.some(({ name, remedy }) => name === "may-write" && remedy));
    const nobody = await checks({ bus: Object.assign(bus(), { readDesired: refuse, writeDesired: refuse }) });
    assert.equal(nobody.code, 8);
    assert.deepEqual(
      nobody.fails.map(({ name }) => name),
      ["may-read"],
    );
  });

  it("says what cannot be seen from here of how safe writes are, unless there are several copies", async () => {
    const durability = async (differences: { setting: string; want: unknown; have: unknown }[]) => {
      const streams = [{ name: "MCP_EVENTS", result: "differs" as const, differences }];
      const { output } = await checks({ bus: bus(), provisionBus: async () => ({ streams, warnings: [] }) });
      return output.checks.find(({ name }) => name === "durability");
    };
    assert.match((await durability([]))?.remedy ?? "", /sync_interval: always/);
    assert.equal((await durability([{ setting: "num_replicas", want: 1, have: 3 }]))?.remedy, undefined);
  });

  it("warns of streams that are not mcp's, where these credentials can list them", async () => {
    const found = async (foreign?: readonly string[]) => {
      const report = { streams: [], warnings: [], ...(foreign === undefined ? {} : { foreign }) };
      const { output } = await checks({ bus: bus(), provisionBus: async () => report });
      return output.checks.filter(({ name }) => name === "foreign-streams");
    };
    const [ear] = await found(["stream EAR is not one of mcp's"]);
    assert.deepEqual([ear?.result, ear?.message], ["warn", "stream EAR is not one of mcp's"]);
    assert.match(ear?.remedy ?? "", /nats stream rm/);
    assert.deepEqual(
      (await found([])).map(({ result }) => result),
      ["ok"],
    );
    assert.deepEqual(await found(), []);
  });

  it("gives every check that is not ok something to do", async () => {
    const { output } = await checks({ bus: bus() });
    for (const { result, remedy } of output.checks) assert.ok(result === "ok" || remedy);
  });

  it("prints a line each, and the remedy below", async () => {
    const { stdout } = await runCli(["doctor"], { env, bus: bus() });
    assert.match(stdout, /^ok +bus +connected to nats:\/\/127\.0\.0\.1:4222$/m);
    assert.match(stdout, /^warn +definitions +no directory .*\n +→ mkdir -p /m);
  });
});
