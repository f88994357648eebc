/** How commands that list something show it: -o, --node, --watch, a service as an argument, --utc, --grep. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LogLine } from "../../../../src/schemas/wire/request.ts";
import { McpError } from "../../../../src/values/error.ts";
import {
  desiredService,
  liveContainer,
  mcpEvent,
  observedService,
  presenceOf,
} from "../../../helpers/fleet-builders.ts";
import { runCli, TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { screenOf } from "../../../helpers/screen.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const NAME = (start: string) => `${start}${"x".repeat(63 - start.length)}`;

/** `web` on rift and on a node with a long name, `db` on rift; both nodes answer. */
function fleet(): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  const documents = [
    desiredService(),
    desiredService({ node: NAME("rack") }),
    desiredService({ service: NAME("db"), generation: 4 }),
  ];
  for (const document of documents) {
    bus.putDesired(document);
    bus.putObserved(observedService(document), 5_000);
    const { node, service } = document;
    bus.published.push(
      mcpEvent("deploy-succeeded", { node, service, id: `${service}-${node}`, at: "2025-06-01T11:59:00.000Z" }),
    );
  }
  for (const node of ["rift", NAME("rack")]) {
    bus.putPresence(presenceOf(node), 3_000);
    bus.agents.set(node, ({ verb }) =>
      verb === "ps"
        ? [{ body: { verb, containers: [liveContainer(), liveContainer({ service: "shop", name: "shop-api" })] } }]
        : [],
    );
  }
  return bus;
}

const lines = (text: string) => text.trimEnd().split("\n");
const run = async (words: string, options: Parameters<typeof runCli>[1] = {}) =>
  await runCli(words.split(" "), { bus: fleet(), ...options });

describe("-o name", () => {
  const cases: [string, string[]][] = [
    ["list", [`${NAME("db")}@rift`, `web@${NAME("rack")}`, "web@rift"]],
    ["status", [`${NAME("db")}@rift`, `web@${NAME("rack")}`, "web@rift"]],
    ["ps --node rift", ["shop/api@rift", "web/api@rift"]],
    ["node list", [NAME("rack"), "rift"]],
    ["events web@rift", ["web-rift"]],
    ["history web@rift", ["web@rift 1"]],
  ];
  for (const [words, names] of cases) {
    it(`prints one name a line and nothing else: mcp ${words}`, async () => {
      const { code, stdout } = await run(`${words} -o name`);
      assert.equal(code, 0);
      assert.deepEqual(lines(stdout), names);
    });
  }
});

describe("-o json", () => {
  for (const words of ["list", "status", "ps", "node list", "events", "history web", "consumer list"]) {
    it(`is --json: mcp ${words}`, async () => {
      const { code, stdout } = await run(`${words} --json`);
      assert.equal(code, 0);
      assert.equal((await run(`${words} -o json`)).stdout, stdout);
    });
  }

  it("makes errors JSON too", async () => {
    const { code, stderr } = await run("status nope -o json");
    assert.equal(code, 3);
    assert.equal(JSON.parse(stderr).error.code, "E_NOT_FOUND");
  });

  it("contradicts --json when another format is named, and unknown formats are refused", async () => {
    assert.equal((await run("list --json -o wide")).code, 2);
    const unknown = await run("list -o yaml");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /hint: use one of wide, name, json/);
  });
});

describe("a table at a terminal", () => {
  const NARROW = { tty: true, columns: 80, env: { NO_COLOR: "1" } };
  for (const words of ["list", "status", "ps", "node list"]) {
    it(`fits 80 columns with names of 63 characters: mcp ${words}`, async () => {
      const { stdout } = await run(words, NARROW);
      for (const line of lines(stdout)) assert.ok([...line].length <= 80, line);
    });

    it(`is not shortened with -o wide, nor where there is no terminal: mcp ${words}`, async () => {
      for (const { stdout } of [await run(`${words} -o wide`, NARROW), await run(words)]) {
        assert.ok(stdout.includes(NAME("rack")), stdout);
        assert.doesNotMatch(stdout, /…/);
      }
    });

    it(`shows long names in full in 200 columns: mcp ${words}`, async () => {
      const { stdout } = await run(words, { ...NARROW, columns: 200 });
      assert.ok(stdout.includes(NAME("rack")), stdout);
    });
  }
});

describe("a service as an argument", () => {
  it("of ps shows its containers only", async () => {
    const { stdout } = await run("ps web@rift");
    assert.match(stdout, /^rift +web +api /m);
    assert.doesNotMatch(stdout, /shop|rack/);
    assert.equal((await run("ps web/nope")).code, 3);
    assert.equal((await run("ps web@rift --node orion")).code, 2);
  });

  it("of events shows its events only, as --service and --node do", async () => {
    const { stdout } = await run("events web@rift --json");
    assert.deepEqual(
      lines(stdout).map((line) => JSON.parse(line).id),
      ["web-rift"],
    );
    assert.equal((await run("events --service web --node rift --json")).stdout, stdout);
    assert.equal((await run("events web --service db")).code, 2);
  });
});

describe("a part of a service that does not exist", () => {
  const cases = [
    { words: "ps web/apo", near: '"api"' },
    { words: "ps web@rfit --node rfit", near: '"rift"' },
    { words: "history web@rfit", near: '"rift"' },
  ];
  for (const { words, near } of cases) {
    it(`is answered with one suggestion: mcp ${words}`, async () => {
      const { code, stderr } = await run(words);
      assert.equal(code, 3);
      assert.equal(stderr.match(/did you mean/g)?.length, 1, stderr);
      assert.match(stderr.split("\n")[0] ?? "", new RegExp(`did you mean ${near}`));
    });
  }
});

describe("--node", () => {
  for (const command of ["list", "status"]) {
    it(`of ${command} shows the services of that node only`, async () => {
      const { code, stdout } = await run(`${command} --node rift`);
      assert.equal(code, 0);
      assert.match(stdout, /^web +rift /m);
      assert.doesNotMatch(stdout, /rack/);
      const unknown = await run(`${command} --node rfit`);
      assert.equal(unknown.code, 3);
      assert.match(unknown.stderr, /did you mean "rift"/);
    });
  }
});

describe("--watch", () => {
  const interrupted = new McpError("E_INTERRUPTED", "interrupted");

  for (const command of ["list", "status"]) {
    it(`shows ${command} in place at a terminal, until it is interrupted`, async () => {
      const over = new AbortController();
      const onOutput = () => over.abort(interrupted);
      const env = { NO_COLOR: "1" };
      const { code, stdout, stderr } = await run(`${command} --watch`, {
        tty: true,
        signal: over.signal,
        onOutput,
        env,
      });
      assert.deepEqual([code, stdout], [130, ""]);
      assert.match(screenOf(stderr)[0] ?? "", /^SERVICE +NODE /);
    });

    it(`prints a JSON line for each state of ${command}`, async () => {
      const over = new AbortController();
      const onOutput = () => over.abort(interrupted);
      const { stdout } = await run(`${command} --watch --json`, { signal: over.signal, onOutput });
      const [first = "", ...more] = lines(stdout);
      assert.equal(JSON.parse(first).services.length, 3);
      assert.deepEqual(more, []);
    });
  }
});

describe("logs --grep", () => {
  const LINES: LogLine[] = ["GET /", "error: disk full", "GET /health"].map((line, index) => ({
    component: "api",
    line,
    stream: "stdout" as const,
    at: `2025-06-01T11:00:0${index}.000000000Z`,
  }));
  const logs = async (...words: readonly string[]) => {
    const bus = fleet();
    const asked: unknown[] = [];
    bus.agents.set("rift", (body) => {
      asked.push(body);
      return body.verb === "logs" ? [{ body: { verb: "logs", lines: LINES } }] : [];
    });
    return { ...(await runCli(["logs", "web@rift", ...words], { bus })), asked };
  };

  it("shows the lines that match, of many unless a number is given", async () => {
    const { code, stdout, asked } = await logs("--grep", "err(or)?|fatal");
    assert.deepEqual([code, lines(stdout)], [0, ["error: disk full"]]);
    assert.equal((asked[0] as { tail?: number }).tail, 10_000);
    assert.equal(((await logs("--grep", "^GET", "-n", "5")).asked[0] as { tail?: number }).tail, 5);
  });

  it("ends when a node sends more lines than were asked for", async () => {
    const bus = fleet();
    const flood = Array.from({ length: 35 }, () => LINES).flat();
    bus.agents.set("rift", () => [{ body: { verb: "logs", lines: flood } }]);
    const { code, stderr } = await runCli(["logs", "web@rift", "-n", "2"], { bus });
    assert.notEqual(code, 0);
    assert.match(stderr, /rift sends more lines than were asked for/);
    assert.equal((await runCli(["logs", "web@rift", "-n", "100"], { bus })).code, 0);
  });

  it("refuses more last lines than a node gives", async () => {
    const { code, stderr, asked } = await logs("-n", "10001");
    assert.deepEqual([code, asked], [2, []]);
    assert.match(stderr, /--lines: 10001 is more than 10000/);
  });

  it("refuses what is not a regular expression", async () => {
    const { code, stderr } = await logs("--grep", "err(");
    assert.equal(code, 2);
    assert.match(stderr, /--grep: "err\(" is not a valid regular expression/);
  });
});

describe("times", () => {
  const zone = process.env["TZ"];
  before(() => {
    process.env["TZ"] = "Asia/Kolkata";
  });
  after(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it("of events and generations are local, UTC with --utc and always UTC in JSON", async () => {
    for (const words of ["events web@rift", "history web@rift"]) {
      assert.match((await run(words)).stdout, /2025-06-01T\d\d:\d\d:\d\d\+05:30 /);
      assert.match((await run(`${words} --utc`)).stdout, /2025-06-01T\d\d:\d\d:\d\dZ /);
      assert.match((await run(`${words} --json`)).stdout, /"2025-06-01T\d\d:\d\d:\d\d\.000Z"/);
    }
  });

  it("of an error are local, UTC with --utc and always UTC in JSON", async () => {
    const openBus = async () => {
      throw new McpError("E_CONFLICT", "bob wrote at 2025-06-01T12:00:00.000Z", { hint: "since 2025-06-01T12:00:00Z" });
    };
    const told = async (...options: string[]) => (await runCli(["list", ...options], { openBus })).stderr;
    assert.match(await told(), /at 2025-06-01T17:30:00\+05:30 .*\nhint: since 2025-06-01T17:30:00\+05:30\n/);
    assert.match(await told("--utc"), /at 2025-06-01T12:00:00Z .*\nhint: since 2025-06-01T12:00:00Z\n/);
    assert.match(await told("--json"), /at 2025-06-01T12:00:00\.000Z"/);
  });
});
