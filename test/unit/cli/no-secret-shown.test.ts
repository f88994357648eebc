/**
 * Whatever is in the values of env, no command shows it: not in text, not as JSON, not in an error, an event or a file
 * that is not made to hold definitions. Every command is driven, or named below with the reason why not.
 */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Cli } from "clipanion";
import fc from "fast-check";
import { allCommands } from "../../../src/cli/commands/index.ts";
import type { CliContext } from "../../../src/cli/context/context.ts";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import type { RequestBody } from "../../../src/schemas/wire/request.ts";
import { tomlValue } from "../../../src/toml/toml-text.ts";
import { componentSpec } from "../../helpers/fleet-builders.ts";
import { type LocalWorkstation, localWorkstation, webToml } from "../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../helpers/run-cli.ts";
import type { Scope } from "../../helpers/scope.ts";
import { bringOnline, succeeds } from "../../helpers/scripted-node.ts";
import { testCases } from "../../helpers/test-cases.ts";
import { type Answer, MemoryOperatorBus } from "../../twin/memory-operator-bus.ts";

/** What follows the command's words, in the order of the run. `bob` has never seen what Alice deployed. */
const ROWS: readonly (readonly [who: "alice" | "bob", path: string, rest?: string])[] = [
  ["alice", "plan", "web"],
  ["alice", "deploy", "web --no-wait"],
  ["bob", "plan", "web"],
  ["bob", "deploy", "web --no-wait"],
  ["bob", "sync"],
  ["bob", "service edit", "web"],
  ["bob", "service export", "web --force"],
  ["bob", "deploy", "web --force --no-wait"],
  ["bob", "stop", "web --no-wait"],
  ["bob", "start", "web --no-wait"],
  ["alice", "deploy", "web --no-wait"],
  ["alice", "undeploy", "web --yes --no-wait"],
  ["alice", "adopt", "old@rift --container old=api --yes --no-wait"],
  ["alice", "service show", "web"],
  ["alice", "service show", "old"],
  ["alice", "history", "web"],
  ["alice", "rollback", "web --to 1 --force --no-wait"],
  ["alice", "restart", "web"],
  ["alice", "sync", "--force"],
  ["alice", "sync", "--reseed"],
  ["alice", "list"],
  ["alice", "status"],
  ["alice", "ps", "--all"],
  ["alice", "top"],
  ["alice", "logs", "web"],
  ["alice", "events"],
  ["alice", "purge", "--yes --running"],
  ["alice", "node list"],
  ["alice", "node show", "rift"],
  ["alice", "node add", "orion"],
  ["alice", "node remove", "orion --yes"],
  ["alice", "node prune", "rift --yes"],
  ["alice", "doctor"],
  ["alice", "bus provision"],
  ["alice", "completion", "bash"],
  ["alice", "undeploy", "web --yes --no-wait"],
];

/** Of services and nodes every command is driven; the others see no definition, or (bus backup) are made to keep it. */
const DRIVEN: readonly string[] = ["Services", "Status and logs", "Nodes"];

/** Begins and ends as it likes; the token in the middle is what is looked for. */
const TOKEN = "tok3n-Zq8xWv";
const around = fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\0"));
const secret = fc.tuple(around, around).map(([before, after]) => `${before}${TOKEN}${after}`);
const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
const env = fc.dictionary(name, secret, { minKeys: 1, maxKeys: 3, noNullPrototype: true });

const toml = (values: object, more = "") => webToml({ more: `env = ${tomlValue(values)}\n${more}` });

/** A node that says of its containers what it is asked, and hands back what it accepted. */
function agent(values: Record<string, string>, accepted: readonly DesiredService[]) {
  const { name: _, ...spec } = componentSpec({ env: values });
  const id = "0".repeat(64);
  const done: Answer = { body: { verb: "done" } };
  return (body: RequestBody): Answer[] => {
    if (body.verb === "ps") {
      return [{ body: { verb: "ps", containers: [{ id, name: "old", image: spec.image, state: "running" }] } }];
    }
    if (body.verb === "accepted") return [{ body: { verb: "accepted", documents: accepted } }, done];
    if (body.verb !== "describe") return [{ error: { code: "E_RUNTIME", message: "no" } }];
    const told = body.env ? values : Object.fromEntries(Object.keys(values).map((key) => [key, ""]));
    const container = { id, name: "old", startedAt: "x", unsaid: [], remarks: [], spec: { ...spec, env: told } };
    return [{ body: { verb: "describe", container } }, done];
  };
}

interface Values {
  readonly alices: Record<string, string>;
  readonly bobs: Record<string, string>;
}

/** Everything that was printed, published or written, apart from definitions, with where it came from. */
async function everythingSaid(scope: Scope, { alices, bobs }: Values): Promise<[where: string, text: string][]> {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bringOnline(bus, { rift: succeeds });
  const accepted: DesiredService[] = [];
  const { afterWrite } = bus;
  bus.afterWrite = (document) => {
    accepted.push(document);
    afterWrite(document);
  };
  bus.agents.set("rift", agent(alices, accepted));
  const desks = { alice: await localWorkstation(scope, bus), bob: await localWorkstation(scope, bus, "bob@desk") };
  await definePrivately(desks.alice, alices);
  await definePrivately(desks.bob, bobs);
  const said: [string, string][] = [];
  for (const [who, path, rest = ""] of ROWS) {
    const words = [...path.split(" "), ...rest.split(" ").filter(Boolean)];
    if (path === "deploy") bus.beforeWrite = quicker(bus, bobs);
    for (const argv of [words, [...words, "--json"]]) said.push(...(await typed(desks[who], argv)));
    bus.beforeWrite = () => undefined;
  }
  for (const event of bus.published) said.push(["an event", JSON.stringify(event)]);
  for (const desk of Object.values(desks)) said.push(...(await filesOf(desk)));
  return said;
}

async function definePrivately(desk: LocalWorkstation, values: Record<string, string>): Promise<void> {
  await desk.define("web", toml(values));
  await chmod(desk.path("web"), 0o600);
}

/** Somebody who writes what holds secrets, too, right before the first write that follows. */
function quicker(bus: MemoryOperatorBus, values: Record<string, string>): MemoryOperatorBus["beforeWrite"] {
  return (document) => {
    bus.beforeWrite = () => undefined;
    const spec = { name: "web", active: true, drift: "repair", components: [componentSpec({ env: values })] } as const;
    bus.putDesired({ ...document, writeId: "quicker", author: "eve@desk", spec });
  };
}

async function typed(desk: LocalWorkstation, argv: readonly string[]): Promise<[string, string][]> {
  const isEdit = argv[1] === "edit";
  const env = { HOME: desk.home, EDITOR: "sed -i 1i#", MCP_BUS_SERVERS: "nats://127.0.0.1:4222" };
  const { code, stdout, stderr } = await desk.mcp(argv, { env, ...(isEdit ? { tty: true, stdin: "d\n" } : {}) });
  const where = `${argv.join(" ")} (exit ${code})`;
  assert.notEqual(code, 1, `${where}: ${stderr}`);
  return [
    [where, stdout],
    [where, stderr],
  ];
}

/** Definitions are made to hold values. What mcp writes or changes is for its owner alone. */
async function filesOf(desk: LocalWorkstation): Promise<[string, string][]> {
  const entries = await readdir(desk.home, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  assert.ok(paths.some((path) => path.includes("/seen/")));
  for (const path of paths) assert.equal((await stat(path)).mode & 0o077, 0, path);
  const others = paths.filter((path) => !path.endsWith(".toml"));
  return await Promise.all(others.map(async (path): Promise<[string, string]> => [path, await readFile(path, "utf8")]));
}

describe("a value of env", () => {
  it("is looked for in every command that has to do with services", async () => {
    const cli = Cli.from<CliContext>(await allCommands(), { binaryName: "mcp" });
    const driven = new Set(ROWS.map(([, path]) => path));
    const missing = cli
      .definitions()
      .filter(({ category }) => DRIVEN.includes(category ?? ""))
      .map(({ path }) => path.replace(/^mcp /, ""))
      .filter((path) => !driven.has(path));
    assert.deepEqual(missing, []);
  });

  it("is in nothing that any of them prints, publishes or writes down, whatever it is", async () => {
    const values = fc.record({ alices: env, bobs: env });
    await fc.assert(
      fc.asyncProperty(values, async (drawn) => {
        const ends: (() => void | Promise<void>)[] = [];
        for (const [where, text] of await everythingSaid({ after: (end) => ends.push(end) }, drawn)) {
          assert.ok(!text.includes(TOKEN), `${where} shows it:\n${text}`);
        }
        for (const end of ends) await end();
      }),
      { numRuns: testCases(3) },
    );
  });

  it("is shown on demand, in text and in JSON", async (t) => {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    bringOnline(bus, { rift: succeeds });
    const desk = await localWorkstation(t, bus);
    await desk.define("web", toml({ PASSWORD: TOKEN }));
    assert.equal((await desk.mcp(["deploy", "web"])).code, 0);
    for (const more of [[], ["--json"]]) {
      assert.ok((await desk.mcp(["service", "show", "web", "--reveal", ...more])).stdout.includes(TOKEN));
    }
  });

  it("is in no complaint about a definition that is wrong around it", async (t) => {
    const desk = await localWorkstation(t, new MemoryOperatorBus(() => TEST_NOW_MS));
    const SLIPS = [
      `[components.env]\nPASSWORD = ${TOKEN}`,
      `[components.env]\nPASSWORD = "${TOKEN}`,
      `[components.env]\nPASSWORD "${TOKEN}"`,
      `[components.env]\nPASSWORD = '${TOKEN}"`,
      `[components.env]\nPASSWORD = ["${TOKEN}"]`,
      `[components.env]\nPASSWORD = "${TOKEN}"\nPASSWORD = "${TOKEN}"`,
      `[components.env]\nPASSWORD = "${TOKEN}" 5`,
      `[components.env]\nPASSWORD = "${TOKEN}\\q"`,
      `[components.env]\nPASSWORD = "${TOKEN}\\u0000"`,
      `[components.env]\nPASSWORD = {x = "${TOKEN}"}`,
      `env = {PASSWORD = ${TOKEN}}`,
      `env = {PASSWORD = "${TOKEN}"`,
      `env = "PASSWORD=${TOKEN}"`,
      `env = ["PASSWORD: ${TOKEN}=="]`,
      `env = ["PASSWORD ${TOKEN}="]`,
      `env = ["PASSWORD=${TOKEN}", "PASSWORD=${TOKEN}"]`,
      `env = ["PASSWORD=${TOKEN}\\u0000"]`,
      `env = ["PASSWORD=${TOKEN}]`,
      `env = [PASSWORD=${TOKEN}]`,
      `env = [["PASSWORD=${TOKEN}"]]`,
      `health = { http = "http://me:${TOKEN}@127.0.0.1/" }`,
    ];
    for (const slip of SLIPS) {
      await writeFile(desk.path("web"), webToml({ more: slip }));
      for (const more of [[], ["--json"]]) {
        const { code, stdout, stderr } = await desk.mcp(["plan", "web", ...more]);
        assert.equal(code, 2, slip);
        assert.ok(!`${stdout}${stderr}`.includes(TOKEN), `${slip}\n${stderr}`);
      }
    }
  });
});
