/** The consumer of docs/events.md as a real program against a real server: killed again and again, it misses nothing. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { build } from "esbuild";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { EVENT_STREAM } from "../../src/schemas/wire/buckets.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { startEnrollSite } from "../helpers/enroll-site.ts";
import { eventually } from "../helpers/eventually.ts";
import { type RunningProgram, startProgram } from "../helpers/program.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { event, nodeBus, provisionedServer } from "./bus-fixtures.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCE = join(ROOT, "examples/alert-consumer/alert-consumer.ts");

const KILLS = 20;
const PER_LIFE = 30;

/** Bundled, so that a life begins in a fraction of a second. */
async function bundled(dir: string): Promise<string> {
  const outfile = join(dir, "alert-consumer.mjs");
  const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  const options = { bundle: true, format: "esm", platform: "node", logLevel: "warning" } as const;
  await build({ ...options, entryPoints: [SOURCE], outfile, banner: { js: banner } });
  return outfile;
}

async function idsIn(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line).id);
}

async function world(t: TestContext) {
  const [dir, server] = await Promise.all([tempDir(t), provisionedServer(t)]);
  const [program, bus] = await Promise.all([bundled(dir), nodeBus(t, server)]);
  const env = { PATH: process.env["PATH"] ?? "", NATS_URL: server.url };
  const start = (name: string, file: string): RunningProgram => {
    return startProgram(t, [process.execPath, program, name, file], { cwd: dir, env });
  };
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const { consumers } = await jetstreamManager(nc);
  const allAcknowledged = async (name: string) => {
    const { num_ack_pending, num_pending } = await consumers.info(EVENT_STREAM, name);
    return num_ack_pending + num_pending === 0;
  };
  return { bus, start, allAcknowledged, file: (name: string) => join(dir, name) };
}

/** Errors, with something else among them. */
function batch(from: number): McpEvent[] {
  return Array.from({ length: PER_LIFE }, (_, index) =>
    index % 5 === 4
      ? event({ sequence: from + index })
      : event({ sequence: from + index, kind: "deploy-failed", severity: "error", service: "web", component: "api" }),
  );
}

describe("the example consumer of alerts", () => {
  it(`killed ${KILLS} times at random, has handled exactly what one has that was never killed`, async (t) => {
    const { bus, start, file, allAcknowledged } = await world(t);
    const [killed, spared] = [file("killed.jsonl"), file("spared.jsonl")];
    start("spared", spared);
    const wanted: string[] = [];
    for (let life = 0; life < KILLS; life++) {
      const run = start("killed", killed);
      const events = batch(life * PER_LIFE + 1);
      const before = (await idsIn(killed)).length;
      const publishing = Promise.all(events.map((one) => bus.publishEvent(one)));
      wanted.push(...events.filter(({ severity }) => severity === "error").map(({ id }) => id));
      const more = Math.floor(Math.random() * 12);
      await eventually(async () => (await idsIn(killed)).length >= before + more, {
        what: `life ${life} has handled ${more} more`,
        timeoutMs: 30_000,
        intervalMs: 1,
      });
      await run.stop("SIGKILL");
      await publishing;
    }
    start("killed", killed);
    const complete = async (path: string) => (await idsIn(path)).length >= wanted.length;
    await eventually(() => complete(spared), { what: "the spared one has all", timeoutMs: 30_000 });
    await eventually(() => complete(killed), { what: "the killed one has all", timeoutMs: 60_000 });
    await eventually(() => allAcknowledged("killed"), { what: "nothing can come again", timeoutMs: 60_000 });
    assert.deepEqual((await idsIn(spared)).sort(), wanted.toSorted());
    assert.deepEqual((await idsIn(killed)).sort(), (await idsIn(spared)).sort(), "each once");
  });

  it("takes back a line that a crash cut off, and handles that event again", async (t) => {
    const { bus, start, file } = await world(t);
    const path = file("torn.jsonl");
    const [first, second] = batch(1);
    if (first === undefined || second === undefined) throw new Error("a batch has more than two");
    await writeFile(path, `${JSON.stringify(first)}\n${JSON.stringify(second).slice(0, 40)}`);
    await Promise.all([first, second].map((one) => bus.publishEvent(one)));
    start("torn", path);
    await eventually(async () => (await idsIn(path)).length >= 2, { what: "both are handled" });
    assert.deepEqual(await idsIn(path), [first.id, second.id]);
  });

  for (const version of ["newest", "2.10"] as const) {
    it(`runs with the credentials of \`mcp consumer add\` on nats-server ${version}, and goes on after a restart`, async (t) => {
      const site = await startEnrollSite(t, { version });
      const program = await bundled(site.dir);
      const added = await site.mcp(["consumer", "add", "pager", "--severity", "error"]);
      assert.equal(added.code, 0, added.stderr);
      const bus = await connectOperatorBus(site.settings(join(site.dir, "operator.creds")), { author: "alice@laptop" });
      t.after(() => bus.close());
      const path = join(site.dir, "pager.jsonl");
      const NATS_CREDS = join(site.dir, "pager.creds");
      const env = { PATH: process.env["PATH"] ?? "", NATS_URL: site.server.url, NATS_CREDS };
      const start = () => startProgram(t, [process.execPath, program, "pager", path], { cwd: site.dir, env });
      const wanted = batch(1).filter(({ severity }) => severity === "error");
      const run = start();
      await Promise.all(wanted.slice(0, 10).map((one) => bus.publishEvent(one)));
      const acknowledged = async () => {
        const [pager] = await bus.listEventConsumers();
        return pager?.waiting === 0 && pager.unacknowledged === 0;
      };
      await eventually(acknowledged, { what: "ten are acknowledged", timeoutMs: 30_000 });
      await run.stop("SIGKILL");
      await Promise.all(wanted.slice(10).map((one) => bus.publishEvent(one)));
      start();
      await eventually(async () => (await idsIn(path)).length >= wanted.length, { what: "all", timeoutMs: 60_000 });
      assert.deepEqual((await idsIn(path)).sort(), wanted.map(({ id }) => id).sort(), "each once");
    });
  }

  it("is in the document as it is here", async () => {
    const [source, document] = await Promise.all([
      readFile(SOURCE, "utf8"),
      readFile(join(ROOT, "docs/events.md"), "utf8"),
    ]);
    assert.ok(document.includes(`\`\`\`ts\n${source}\`\`\`\n`), "copy the program into docs/events.md");
  });
});
