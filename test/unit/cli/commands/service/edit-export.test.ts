/** `mcp service edit` and `mcp service export`. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { exportDefinition } from "../../../../../src/cli/definition/export-definition.ts";
import { parseDefinition } from "../../../../../src/cli/definition/read-definition.ts";
import { writeDefinition } from "../../../../../src/cli/definition/write-definition.ts";
import { hashOf } from "../../../../../src/schemas/service/spec-hash.ts";
import { CASES, definitions } from "../../../../helpers/definitions.ts";
import {
  componentSpec,
  desiredService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../../helpers/json-shape.ts";
import { type LocalWorkstation, localWorkstation, webToml } from "../../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../../helpers/run-cli.ts";
import type { Scope } from "../../../../helpers/scope.ts";
import { MemoryOperatorBus } from "../../../../twin/memory-operator-bus.ts";

const secret = () => serviceSpec({ components: [componentSpec({ env: { TOKEN: "s3cret" } })] });

async function site(scope: Scope) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  for (const node of ["rift", "orion"]) bus.putPresence(presenceOf(node));
  return { bus, desk: await localWorkstation(scope, bus) };
}

describe("mcp service export", () => {
  it("writes a definition that plans to nothing and may be deployed upon", async (t) => {
    const { bus, desk } = await site(t);
    for (const node of ["rift", "orion"]) bus.putDesired(desiredService({ node }));
    const { code, stdout, stderr } = await desk.mcp(["service", "export", "web", "--json"]);
    assert.equal(code, 0, stderr);
    const output = assertJson("service-export-output", stdout);
    assert.deepEqual([output.path, output.private, output.nodes.length], [desk.path("web"), false, 2]);
    assert.match(
      await desk.definition("web"),
      /^#:schema \/.*\.draft-07\.json\nname = "web"\nnodes = \["orion", "rift"\]\n/,
    );
    assert.equal((await desk.mcp(["plan", "web"])).code, 0);
    await writeFile(desk.path("web"), `drift = "report"\n${await desk.definition("web")}`);
    const deployed = await desk.mcp(["deploy", "web", "--no-wait"]);
    assert.equal(deployed.code, 0, "what was exported counts as seen");
  });

  it("keeps a file that is there, unless forced", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService());
    await desk.define("web", "# mine\n");
    const kept = await desk.mcp(["service", "export", "web"]);
    assert.equal(kept.code, 4);
    assert.match(kept.stderr, /already exists[\s\S]*--force/);
    assert.equal(await desk.definition("web"), "# mine\n");
    assert.equal((await desk.mcp(["service", "export", "web", "--force"])).code, 0);
    assert.match(await desk.definition("web"), /^name = "web"/m);
  });

  it("lets nobody else read values of env, also where the file was readable before", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService({ spec: secret() }));
    const { stdout } = await desk.mcp(["service", "export", "web"]);
    assert.doesNotMatch(stdout, /s3cret/);
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    assert.equal(await modeOf(desk.path("web")), 0o600);
    const other = join(desk.home, "other.toml");
    await writeFile(other, "", { mode: 0o644 });
    assert.equal((await desk.mcp(["service", "export", "web", "-o", "other.toml", "--force"])).code, 0);
    assert.equal(await modeOf(other), 0o600);
  });

  it("does not say for all nodes what is not the same on all", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService());
    bus.putDesired(desiredService({ node: "orion", spec: serviceSpec({ drift: "report" }) }));
    const { code, stderr } = await desk.mcp(["service", "export", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /drift: .*report.*[\s\S]*mcp service export web@rift/);
    assert.equal((await desk.mcp(["service", "export", "web@orion"])).code, 0);
    assert.match(await desk.definition("web"), /node = "orion"\ndrift = "report"/);
  });

  it("has nothing to write for what is unknown or retired", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(tombstone());
    assert.equal((await desk.mcp(["service", "export", "web"])).code, 3);
    assert.equal((await desk.mcp(["service", "export", "wep"])).code, 3);
  });

  it("says of every spec what the spec says", () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const { spec, nodes } = parseDefinition("x.toml", writeDefinition(definition));
        const stored = nodes.map((node) => ({ document: desiredService({ node, spec }), revision: 1 }));
        const exported = exportDefinition(spec.name, stored);
        assert.equal(hashOf(parseDefinition("x.toml", exported.text).spec), hashOf(spec));
        assert.deepEqual(exported.nodes, [...nodes].sort());
      }),
      { numRuns: Math.min(CASES, 300) },
    );
  });
});

/** A program that stands for a person at an editor: each time it is opened it writes the next of these texts. */
async function editor(desk: LocalWorkstation, ...texts: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const program = join(desk.home, "my editor.cjs");
  await writeFile(join(desk.home, "texts.json"), JSON.stringify(texts));
  const code = `
    const fs = require("node:fs"), log = ${JSON.stringify(join(desk.home, "log.json"))};
    const seen = fs.existsSync(log) ? JSON.parse(fs.readFileSync(log, "utf8")) : [];
    const path = process.argv.at(-1), texts = JSON.parse(fs.readFileSync(${JSON.stringify(join(desk.home, "texts.json"))}, "utf8"));
    fs.writeFileSync(log, JSON.stringify([...seen, { path, arguments: process.argv.slice(2, -1), text: fs.readFileSync(path, "utf8"), mode: fs.statSync(path).mode & 0o777 }]));
    const text = texts[seen.length];
    if (text === "exit 3") process.exit(3);
    if (text !== undefined) fs.writeFileSync(path, text);`;
  await writeFile(program, code);
  return { HOME: desk.home, PATH: process.env["PATH"], EDITOR: `'${process.execPath}' "${program}" --wait` };
}

interface Opened {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly text: string;
  readonly mode: number;
}

async function opened(desk: LocalWorkstation): Promise<Opened[]> {
  return JSON.parse(await readFile(join(desk.home, "log.json"), "utf8"));
}

const edit = (desk: LocalWorkstation, env: NodeJS.ProcessEnv, stdin = "", ...more: readonly string[]) =>
  desk.mcp(["service", "edit", "web", "--no-color", ...more], { env, tty: true, stdin });

describe("mcp service edit", () => {
  it("saves what is right, and shows what it would change without sending it", async (t) => {
    const { bus, desk } = await site(t);
    await desk.define("web", webToml());
    await desk.mcp(["deploy", "web", "--no-wait"]);
    const after = webToml({ head: 'node = "rift" # here\ndrift = "report"' });
    const { code, stdout, stderr } = await edit(desk, await editor(desk, after));
    assert.equal(code, 0, stderr);
    assert.equal(await desk.definition("web"), after);
    assert.match(stdout, /web@rift: 1 to change[\s\S]*drift: repair → report/);
    assert.equal((await bus.historyOf("rift", "web")).length, 1);
    const [once, ...others] = await opened(desk);
    assert.deepEqual([once?.text, once?.mode, once?.arguments, others.length], [webToml(), 0o600, ["--wait"], 0]);
    await assert.rejects(stat(once?.path ?? ""), "the copy is gone");
  });

  it("lets nobody else read a new file to which values of env were added", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService());
    assert.equal((await edit(desk, await editor(desk, webToml({ more: 'env = ["TOKEN=s3cret"]' })))).code, 0);
    assert.equal((await stat(desk.path("web"))).mode & 0o777, 0o600);
  });

  it("counts what it showed as seen", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService({ author: "bob@tower", spec: serviceSpec({ drift: "ignore" }) }));
    await desk.define("web", webToml());
    assert.equal((await desk.mcp(["deploy", "web", "--no-wait"])).code, 4);
    const { stderr } = await edit(desk, await editor(desk, `${webToml()}# looked\n`));
    assert.match(stderr, /deploy would refuse: .*bob@tower/);
    assert.equal((await desk.mcp(["deploy", "web", "--no-wait"])).code, 0);
  });

  it("offers to edit an invalid text again, and never saves it", async (t) => {
    const { desk } = await site(t);
    await desk.define("web", webToml());
    const bad = webToml({ image: "web:latest" });
    const good = webToml({ image: "web:v2" });
    const { code, stderr } = await edit(desk, await editor(desk, bad, good), "e\n");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /web\.toml:6:9: [\s\S]*latest/);
    assert.equal((await opened(desk))[1]?.text, bad, "the second time it begins where the first ended");
    assert.equal(await desk.definition("web"), good);
  });

  it("drops what is wrong when told to", async (t) => {
    const { desk } = await site(t);
    await desk.define("web", webToml());
    const { code, stderr } = await edit(desk, await editor(desk, "nonsense"), "d\n");
    assert.equal(code, 0, stderr);
    assert.equal(await desk.definition("web"), webToml());
  });

  it("keeps what is wrong, and says where, when nobody answers", async (t) => {
    const { desk } = await site(t);
    await desk.define("web", webToml());
    const { code, stderr } = await edit(desk, await editor(desk, "nonsense"));
    assert.equal(code, 2);
    const path = /is kept in (\S+)/.exec(stderr)?.[1] ?? "";
    assert.equal(await readFile(path, "utf8"), "nonsense");
    await rm(join(path, ".."), { recursive: true });
    assert.equal(await desk.definition("web"), webToml());
  });

  it("changes nothing when the text is as it was, or the editor fails", async (t) => {
    const { desk } = await site(t);
    await desk.define("web", webToml());
    const same = await edit(desk, await editor(desk), "", "--json");
    assert.equal(assertJson("service-edit-output", same.stdout).changed, false);
    await rm(join(desk.home, "log.json"));
    const failed = await edit(desk, await editor(desk, "exit 3"));
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /failed\s+with exit code 3/);
    const missing = await edit(desk, { HOME: desk.home, EDITOR: "/no/such/editor" });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /cannot start the editor "\/no\/such\/editor"/);
    assert.deepEqual(await readdir(join(desk.home, ".config/mcp/services")), ["web.toml"]);
  });

  it("begins with the stored spec where there is no definition, for its owner's eyes when it holds env", async (t) => {
    const { bus, desk } = await site(t);
    bus.putDesired(desiredService({ spec: secret() }));
    const { code, stderr } = await edit(desk, await editor(desk));
    assert.equal(code, 0, stderr);
    assert.match(await desk.definition("web"), /TOKEN=s3cret/);
    assert.equal((await stat(desk.path("web"))).mode & 0o777, 0o600);
    assert.equal((await desk.mcp(["plan", "web"])).code, 0);
  });

  it("needs a terminal, and a service that somebody knows", async (t) => {
    const { desk } = await site(t);
    await desk.define("web", webToml());
    assert.equal((await desk.mcp(["service", "edit", "web"])).code, 2);
    const unknown = await desk.mcp(["service", "edit", "wep"], { env: await editor(desk), tty: true, stdin: "" });
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /did you mean "web"/);
  });
});
