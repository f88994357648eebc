import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openSeenStates } from "../../../../src/cli/change/seen-states.ts";
import { hasCode } from "../../../../src/values/error.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const SERVERS = ["nats://127.0.0.1:4222"];
const ref = (generation: number) => ({ generation, hash: `hash-${generation}` });

async function home(scope: Scope) {
  const dir = await tempDir(scope);
  return { env: { XDG_STATE_HOME: dir }, dir };
}

/** The one directory of the bus. */
async function busDirectory(dir: string): Promise<string> {
  const [bus = ""] = await readdir(join(dir, "mcp", "seen"));
  return join(dir, "mcp", "seen", bus);
}

describe("what a workstation has seen", () => {
  it("is there for the next command, for each bus apart", async (t) => {
    const { env } = await home(t);
    await openSeenStates(env, SERVERS).write("rift", "web", ref(3));
    assert.deepEqual(await openSeenStates(env, SERVERS).read("rift", "web"), ref(3));
    assert.equal(await openSeenStates(env, SERVERS).read("rift", "db"), undefined);
    assert.equal(await openSeenStates(env, ["nats://127.0.0.1:4223"]).read("rift", "web"), undefined);
  });

  it("belongs to a bus, in whatever order its servers are named", async (t) => {
    const { env } = await home(t);
    const servers = ["nats://127.0.0.1:4222", "nats://127.0.0.1:4223"];
    await openSeenStates(env, servers).write("rift", "web", ref(3));
    assert.deepEqual(await openSeenStates(env, servers.toReversed()).read("rift", "web"), ref(3));
  });

  it("is written again after a write that failed", async (t) => {
    const { env, dir } = await home(t);
    const seen = openSeenStates(env, SERVERS);
    await writeFile(join(dir, "mcp"), "where a directory should be");
    await assert.rejects(seen.write("rift", "web", ref(3)), (error) => hasCode(error, "E_FILE"));
    await rm(join(dir, "mcp"));
    await seen.write("rift", "web", ref(4));
    assert.deepEqual(await seen.read("rift", "web"), ref(4));
  });

  it("is kept apart for each context, also where their buses have the same address", async (t) => {
    const { env } = await home(t);
    await openSeenStates(env, SERVERS).write("rift", "web", ref(3));
    assert.equal(await openSeenStates(env, SERVERS, "lab").read("rift", "web"), undefined);
    await openSeenStates(env, SERVERS, "lab").write("rift", "web", ref(9));
    assert.deepEqual(await openSeenStates(env, SERVERS, "lab").read("rift", "web"), ref(9));
    assert.deepEqual(await openSeenStates(env, SERVERS, "default").read("rift", "web"), ref(3));
  });

  it("is forgotten for one bus alone, also where nothing was seen", async (t) => {
    const { env } = await home(t);
    const others = openSeenStates(env, ["nats://127.0.0.1:4223"]);
    const seen = openSeenStates(env, SERVERS);
    await seen.forget();
    await Promise.all([seen, others].map((states) => states.write("rift", "web", ref(3))));
    await seen.forget();
    assert.equal(await seen.read("rift", "web"), undefined);
    assert.deepEqual(await others.read("rift", "web"), ref(3));
  });

  it("is one reading for thousands", async (t) => {
    const { env, dir } = await home(t);
    const nodes = Array.from({ length: 3_000 }, (_, index) => `n${index}`);
    const seen = openSeenStates(env, SERVERS);
    await seen.writeAll(nodes.map((node, index) => ({ node, service: "web", ...ref(index + 1) })));
    const known = await openSeenStates(env, SERVERS).readAll();
    assert.deepEqual(known("n2999", "web"), ref(3_000));
    assert.equal((await readdir(await busDirectory(dir))).length, 1);
  });

  it("is written few times when many writes come at once", async (t) => {
    const { env, dir } = await home(t);
    const seen = openSeenStates(env, SERVERS);
    await Promise.all(Array.from({ length: 500 }, (_, index) => seen.write(`n${index}`, "web", ref(index + 1))));
    const known = await openSeenStates(env, SERVERS).readAll();
    assert.ok(
      Array.from({ length: 500 }, (_, index) => known(`n${index}`, "web")).every((state) => state !== undefined),
    );
    const newest = Math.max(...(await readdir(await busDirectory(dir))).map((name) => Number.parseInt(name, 10)));
    assert.ok(newest <= 3, `${newest} versions were written`);
  });

  it("loses nothing when processes write side by side", async (t) => {
    const { env } = await home(t);
    const module = fileURLToPath(new URL("../../../../src/cli/change/seen-states.ts", import.meta.url));
    const program = `
      import { openSeenStates } from ${JSON.stringify(module)};
      const seen = openSeenStates(process.env, ${JSON.stringify(SERVERS)});
      for (let i = 1; i <= 20; i++) await seen.write(process.argv[1], "s" + i, { generation: i, hash: "h" });`;
    const run = (name: string) =>
      promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, name], {
        env: { ...env, PATH: process.env["PATH"] },
      });
    await Promise.all(["a", "b", "c", "d"].map(run));
    const known = await openSeenStates(env, SERVERS).readAll();
    const lost = ["a", "b", "c", "d"].flatMap((node) =>
      Array.from({ length: 20 }, (_, index) => `s${index + 1}`).filter((service) => known(node, service) === undefined),
    );
    assert.deepEqual(lost, []);
  });

  it("is for its owner's eyes, and leaves no old files behind", async (t) => {
    const { env, dir } = await home(t);
    const seen = openSeenStates(env, SERVERS);
    for (let generation = 1; generation <= 5; generation++) await seen.write("rift", "web", ref(generation));
    const directory = await busDirectory(dir);
    assert.deepEqual((await readdir(directory)).sort(), ["4.json", "5.json"]);
    assert.equal((await stat(join(directory, "5.json"))).mode & 0o777, 0o600);
  });

  it("counts as empty if the file is broken, and is written again", async (t) => {
    const { env, dir } = await home(t);
    const seen = openSeenStates(env, SERVERS);
    await seen.write("rift", "web", ref(1));
    await writeFile(join(await busDirectory(dir), "9.json"), '{"rift.web": {"generation":');
    assert.equal(await seen.read("rift", "web"), undefined);
    await seen.write("rift", "web", ref(2));
    assert.deepEqual(await seen.read("rift", "web"), ref(2));
  });
});
