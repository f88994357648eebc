/** Our own `podman system service`: started where nobody listens, kept running, ended with us; containers go on. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import { PODMAN_LIMITS } from "../../src/agent/runtime/podman/time-limits.ts";
import { PodmanService } from "../../src/agent/runtime/service/podman-service.ts";
import { isListening } from "../../src/agent/runtime/service/podman-socket.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { podmanCommand } from "../helpers/podman-command.ts";
import { podmanSuite } from "../helpers/podman-suite.ts";
import { processesNaming } from "../helpers/processes.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const NEVER = new AbortController().signal;
const soon = () => AbortSignal.timeout(30_000);

/** The service is two processes. */
const serviceProcesses = (socketPath: string) => processesNaming(`unix://${socketPath}`);

describe("podman's service", () => {
  const { node, image } = podmanSuite({ service: false });

  before(async () => {
    const { dir, ids, runtimeDir } = node();
    // The service makes this directory itself; here it is root who would, for another user.
    await promisify(execFile)("mkdir", ["-p", `${runtimeDir}/podman`], { ...ids, cwd: dir });
  });

  function open(t: TestContext) {
    const { socketPath } = node();
    const notes: string[] = [];
    const life = new AbortController();
    const service = new PodmanService({
      socketPath,
      signal: life.signal,
      command: podmanCommand(node()),
      onMessage: (note) => notes.push(note),
      onProblem: (note) => notes.push(note),
    });
    const podman = new Podman({ socketPath, onUnreachable: () => service.wake() });
    t.after(async () => {
      await service.stop();
      await podman.close();
    });
    return { service, podman, socketPath, notes, life };
  }

  async function runContainer(podman: Podman, name: string) {
    await podman.pull(image(), () => undefined, soon());
    const spec = componentSpec({ image: image() });
    const id = await podman.create({ name, spec, aliases: [], labels: {} }, soon());
    await podman.start(id, soon());
    return await podman.inspect(id, soon());
  }

  test("is started where nobody listens, ends with us, and containers outlive it", async (t) => {
    const { service, podman, socketPath } = open(t);
    await assert.rejects(podman.ping(soon()), { code: "E_RUNTIME_UNREACHABLE" });
    await service.start();
    assert.equal(service.isOurs, true);
    const first = await runContainer(podman, "outlives");
    await service.stop();
    await eventually(async () => !(await isListening(socketPath)), { what: "nobody listens" });
    await eventually(async () => serviceProcesses(socketPath).length === 0);

    const next = open(t);
    await next.service.start();
    const again = await next.podman.inspect("outlives", soon());
    assert.ok(first?.startedAt);
    assert.equal(again?.state, "running");
    assert.equal(again?.startedAt, first.startedAt);
    assert.equal(
      await next.podman.exec(first.id, ["wget", "-qO-", "http://127.0.0.1:8080/healthz"], 10_000, soon()),
      0,
    );
  });

  test("is started again when it dies, and containers do not notice", async (t) => {
    const { service, podman, socketPath, notes } = open(t);
    await service.start();
    const before = await runContainer(podman, "unmoved");
    for (const pid of serviceProcesses(socketPath)) process.kill(pid, "SIGKILL");
    await eventually(() => notes.some((note) => note.includes("SIGKILL")));
    await eventually(() => podman.ping(soon()).then(() => true));
    assert.equal((await podman.inspect("unmoved", soon()))?.startedAt, before?.startedAt);
    assert.equal(service.isOurs, true);
  });

  test("is ended by its signal, and not started again", async (t) => {
    const { service, podman, socketPath, life } = open(t);
    await service.start();
    life.abort();
    await service.stop();
    assert.equal(await isListening(socketPath), false);
    await assert.rejects(podman.ping(soon()), { code: "E_RUNTIME_UNREACHABLE" });
    await assert.rejects(service.start());
    assert.deepEqual(serviceProcesses(socketPath), []);
  });

  test("is started once, whoever asks", async (t) => {
    const { service, podman, socketPath, notes } = open(t);
    await Promise.allSettled([podman.ping(soon()), service.start(), podman.ping(soon()), service.start()]);
    await eventually(() => podman.ping(soon()).then(() => true));
    assert.equal(service.isOurs, true);
    await service.stop();
    await eventually(async () => serviceProcesses(socketPath).length === 0); // nor did a second one stay
    assert.equal(notes.filter((note) => note.startsWith("started")).length, 1);
  });

  test("that hangs times out, and answers again when it continues", async (t) => {
    await node().startService();
    t.after(() => node().stopService());
    const podman = new Podman({ socketPath: node().socketPath, limits: { ...PODMAN_LIMITS, askMs: 500 } });
    t.after(() => podman.close());
    await podman.ping(soon());
    node().signalService("SIGSTOP");
    await assert.rejects(podman.ping(soon()), { code: "E_RUNTIME_TIMEOUT" });
    await assert.rejects(podman.list({}, soon()), { code: "E_RUNTIME_TIMEOUT" });
    node().signalService("SIGCONT");
    await eventually(() => podman.ping(soon()).then(() => true));
  });

  test("of somebody else is used and left alone", async (t) => {
    await node().startService();
    t.after(() => node().stopService());
    const { service, podman, socketPath } = open(t);
    await service.start();
    assert.equal(service.isOurs, false);
    await podman.ping(soon());
    await service.stop();
    assert.equal(await isListening(socketPath), true);
  });

  test("of somebody else that went away is replaced by ours when a call finds nobody", async (t) => {
    await node().startService();
    const { service, podman } = open(t);
    await service.start();
    await node().stopService("SIGKILL");
    await assert.rejects(podman.ping(soon()), { code: "E_RUNTIME_UNREACHABLE" });
    await eventually(() => podman.ping(soon()).then(() => true));
    assert.equal(service.isOurs, true);
  });

  test("that cannot be started is told with podman's own words, and tried again", async (t) => {
    const dir = await tempDir(t);
    const notes: string[] = [];
    const command = ["sh", "-c", "echo no podman today >&2; exit 3"] as [string, ...string[]];
    const service = new PodmanService({
      socketPath: `${dir}/p/p.sock`,
      signal: NEVER,
      command,
      onMessage: (note) => notes.push(note),
      onProblem: (note) => notes.push(note),
    });
    t.after(() => service.stop());
    await assert.rejects(service.start(), (error: Error & { code?: string }) => {
      assert.equal(error.code, "E_RUNTIME_UNREACHABLE");
      assert.match(error.message, /no podman today/);
      return true;
    });
    await eventually(() => notes.filter((note) => note.includes("no podman today")).length >= 1);
  });

  test("of a program that does not exist is an error, not a crash", async (t) => {
    const dir = await tempDir(t);
    const service = new PodmanService({ socketPath: `${dir}/p.sock`, signal: NEVER, command: ["/nowhere/podman"] });
    t.after(() => service.stop());
    await assert.rejects(service.start(), { code: "E_RUNTIME_UNREACHABLE" });
  });
});
