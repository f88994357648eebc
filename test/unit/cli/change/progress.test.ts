import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { printResults } from "../../../../src/cli/change/print-change.ts";
import { createProgress } from "../../../../src/cli/change/progress.ts";
import { createOutput } from "../../../../src/cli/output/output.ts";
import type { StepName } from "../../../../src/schemas/service/observed.ts";
import { McpError } from "../../../../src/values/error.ts";
import type { NodeName, ServiceName } from "../../../../src/values/names.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { screenOf } from "../../../helpers/screen.ts";
import { bringOnline, progressing, succeeds } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

function terminal(size: { readonly columns?: number; readonly rows?: number } = {}, isTTY = true) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const stderr = Object.assign(stream, { isTTY, ...size });
  const out = createOutput({ stdout: stderr, stderr, env: {}, color: true, quiet: false });
  return { out, screen: () => screenOf(written.join("")), written };
}

it("a result longer than the line is broken between words", () => {
  const { out, written } = terminal({ columns: 40 });
  const message = "generation 1 failed: web: podman start: rootlessport listen tcp 127.0.0.1:18099: in use";
  const { service, node } = { service: "web" as ServiceName, node: "rift" as NodeName };
  const result = { service, node, generation: 1, before: 0, differences: [], outcome: "failed", message } as const;
  printResults(out, [result], { verb: "deploy", utc: true });
  const lines = written
    .join("")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n");
  for (const line of lines) assert.ok(line.length <= 40, line);
  assert.match(lines.join(" ").replaceAll(/ +/g, " "), /tcp 127\.0\.0\.1:18099: in use/);
});

const step = (component: string, name: StepName, detail?: string) => ({
  generation: 1,
  component,
  step: name,
  at: "2025-06-01T12:00:00Z",
  ...(detail === undefined ? {} : { detail }),
});

describe("progress", () => {
  it("keeps one line for each component of each node on a terminal", () => {
    const { out, screen } = terminal();
    const progress = createProgress(out);
    progress.step("rift", step("api", "pull", "registry.example.net/web:v2"));
    assert.deepEqual(screen(), ["  rift api: pulling registry.example.net/web:v2"]);
    progress.step("rift", step("db", "create"));
    progress.step("orion", step("api", "start"));
    progress.step("rift", step("api", "up"));
    assert.deepEqual(screen(), ["  rift api: up", "  rift db: creating", "  orion api: starting"]);
  });

  it("puts what is said meanwhile above, and what comes after the end below", () => {
    const { out, screen } = terminal();
    const progress = createProgress(out);
    progress.step("rift", step("api", "pull"));
    out.note("rift is online and has not taken generation 2 yet");
    progress.step("rift", step("api", "up"));
    progress.end();
    out.note("done");
    assert.deepEqual(screen(), ["rift is online and has not taken generation 2 yet", "  rift api: up", "done"]);
  });

  it("never wraps a line nor draws more than fits, whatever a node says", () => {
    const { out, screen } = terminal({ columns: 20, rows: 3 });
    const progress = createProgress(out);
    for (const name of ["a", "b", "c"]) progress.step("rift", step(name, "pull", "\u001b[2J".padEnd(50, "x")));
    progress.step("rift", step("a", "up"));
    assert.deepEqual(screen(), ["  rift b: pulling …", "  rift c: pulling …"]);
  });

  it("is a plain line for each step elsewhere", () => {
    const { out, written } = terminal({}, false);
    const progress = createProgress(out);
    progress.step("rift", step("api", "pull", "web:v2"));
    progress.step("rift", step("api", "wait"));
    progress.step("rift", step("api", "wait", "for its health check"));
    progress.step("rift", step("api", "up"));
    progress.end();
    const lines = ["pull web:v2", "wait until it is up", "wait for its health check", "up"];
    assert.equal(written.join(""), lines.map((line) => `  rift api: ${line}\n`).join(""));
  });
});

describe("mcp deploy on a terminal", () => {
  async function setUp(t: Parameters<typeof localWorkstation>[0], script: typeof succeeds) {
    const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
    bringOnline(bus, { rift: script });
    const alice = await localWorkstation(t, bus);
    await alice.define("web", webToml());
    return { bus, alice };
  }

  it("leaves the last step of each component standing", async (t) => {
    const { alice } = await setUp(t, succeeds);
    const { code, stderr } = await alice.mcp(["deploy", "web"], { tty: true });
    assert.equal(code, 0);
    assert.equal(screenOf(stderr).at(-1), "  rift api: up");
    assert.equal(screenOf(stderr).filter((line) => line.includes("rift api:")).length, 1);
  });

  it("leaves a clean terminal on Ctrl-C: nothing hidden, the note below what was drawn", async (t) => {
    const { bus, alice } = await setUp(t, (document) => [progressing(document, ["pull"])]);
    const interrupt = new AbortController();
    const { code, stderr } = await alice.mcp(["deploy", "web"], {
      bus,
      tty: true,
      signal: interrupt.signal,
      onOutput: (_, text) => {
        if (text.includes("pulling")) interrupt.abort(new McpError("E_INTERRUPTED", "interrupted"));
      },
    });
    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /\u001b\[\?/);
    assert.match(screenOf(stderr).join("\n"), / {2}rift api: pulling\n(.*\n)*detached: nothing was undone/);
  });
});
