/** `mcp` as a process, on a real server: what only a process has (signals, pipes, exit codes). */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { provision } from "../../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../../src/bus/bus.ts";
import { eventually } from "../../helpers/eventually.ts";
import { mcpEvent } from "../../helpers/fleet-builders.ts";
import { startNatsServer } from "../../helpers/nats-server.ts";
import { desired } from "../bus-fixtures.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly text: { stdout: string; stderr: string };
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** Resolves when stdout matches; rejects when it ends before. */
  until(pattern: RegExp): Promise<void>;
}

function mcp(argv: readonly string[], servers: string): Running {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", MCP_BUS_SERVERS: servers };
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...argv], { cwd: ROOT, env });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    text.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    text.stderr += chunk;
  });
  const ended = new Promise<number | string | null>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? signal)),
  );
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => void (pattern.test(text.stdout) && resolve());
      child.stdout.on("data", look);
      ended.then(() => reject(new Error(`ended before ${pattern}: ${text.stderr}`)));
      look();
    });
  return { child, text, ended, until };
}

const server = await startNatsServer({ after });

describe("the process mcp", () => {
  before(async () => {
    const settings = { servers: [server.url], name: "test", inboxPrefix: "_INBOX_test" };
    await provision(settings, { replicas: 1, create: true });
    const bus = await connectOperatorBus(settings, { author: "alice@laptop" });
    for (const sequence of [1, 2, 3])
      await bus.publishEvent(mcpEvent("drift-closed", { id: `e${sequence}`, sequence }));
    await bus.close();
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`ends with 130 on ${signal}, without an error`, async () => {
      const run = mcp(["events", "-f"], server.url);
      await run.until(/(drift-closed[\s\S]*){3}/);
      run.child.kill(signal);
      assert.equal(await run.ended, 130);
      assert.equal(run.text.stderr, "");
    });
  }

  it("ends quietly with 0 when the reader of its output goes away", async () => {
    const run = mcp(["events", "-f"], server.url);
    await run.until(/drift-closed/);
    run.child.stdout?.destroy();
    const bus = await connectOperatorBus(
      { servers: [server.url], name: "t", inboxPrefix: "_INBOX_t" },
      { author: "a@b" },
    );
    await bus.publishEvent(mcpEvent("drift-fight", { id: "e9", sequence: 9 }));
    await bus.close();
    assert.equal(await run.ended, 0);
    assert.equal(run.text.stderr, "");
  });

  it("leaves nothing open that keeps the prompt away", async () => {
    const run = mcp(["list", "--json"], server.url);
    assert.equal(await run.ended, 0);
    assert.deepEqual(JSON.parse(run.text.stdout), { services: [] });
  });

  it("ends with 6 and the cause when no server is there", async () => {
    const run = mcp(["list"], "nats://127.0.0.1:1");
    assert.equal(await run.ended, 6);
    assert.equal(run.text.stdout, "");
    assert.match(run.text.stderr, /E_BUS_UNREACHABLE/);
  });

  it("ends only when a slow reader has all of its output", async () => {
    const settings = { servers: [server.url], name: "t", inboxPrefix: "_INBOX_t" };
    const bus = await connectOperatorBus(settings, { author: "a@b" });
    const services = Array.from({ length: 1_500 }, (_, index) => `long-name-of-a-service-${index}`);
    const writes = services.map((service) => ({ document: desired({ service, writeId: service }), revision: 0 }));
    const { signal } = new AbortController();
    await bus.writeManyDesired({ writes, bucket: await bus.readDesiredBucket(), signal, onIndexProblem: assert.fail });
    await bus.close();
    const run = mcp(["list", "--json"], server.url); // more than a pipe holds
    run.child.stdout?.pause();
    await eventually(() => (run.child.stdout?.readableLength ?? 0) > 0, { what: "output waits in the pipe" });
    run.child.stdout?.resume();
    assert.equal(await run.ended, 0);
    assert.equal(JSON.parse(run.text.stdout).services.length, services.length);
  });
});
