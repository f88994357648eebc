/**
 * What podman does when it is slow, killed or lied to, recorded from podman 4.3 and held to by its twin in memory: slow
 * stops, states on the way, a service or a conmon that is killed. A subject brings a server and an image that ignores SIGTERM.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ContainerState } from "../../src/schemas/service/observed.ts";
import { hasCode } from "../../src/values/error.ts";
import type { ErrorCode } from "../../src/values/error-codes.ts";
import { eventually } from "../helpers/eventually.ts";
import { contractSuite, podmanWithImages, type RuntimeSubject, soon, unique } from "../helpers/runtime-contract.ts";
import type { Scope } from "../helpers/scope.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";

/** Its server ends at once at SIGTERM. */
interface Subject extends RuntimeSubject {
  /** Ignores SIGTERM. */
  readonly deaf: string;
  /** Kills the conmon of a running container. */
  killConmon(id: string): Promise<void>;
  /** Kills the container's process; call it after `killConmon`, so that nobody sees it. */
  killProcess(id: string): Promise<void>;
  /** Kills podman's service and starts it again. */
  restartService(): Promise<void>;
  disconnect(id: string, network: string): Promise<void>;
}

async function fakeSubject(): Promise<Subject> {
  const sleep = async (ms: number, signal: AbortSignal) => void (await delay(ms, undefined, { signal }));
  const runtime = new FakeRuntime({ sleep });
  const [server, deaf] = ["127.0.0.1:5000/hello:v1", "127.0.0.1:5000/deaf:v1"];
  runtime.provide(server);
  runtime.provide(deaf, { deaf: true });
  return {
    ...{ runtime, server, deaf },
    killConmon: async (id) => runtime.killConmon(id),
    killProcess: async (id) => runtime.crash(id, 137),
    restartService: async () => {
      runtime.killService();
      runtime.startService();
    },
    disconnect: async (id) => {
      runtime.change(id, { network: undefined });
    },
  };
}

async function podmanSubject(scope: Scope): Promise<Subject> {
  const { runtime, images, node } = await podmanWithImages(scope);
  const pids = new Map<string, number>();
  const pidOf = async (id: string, which: "ConmonPid" | "Pid") =>
    Number((await node.podman("inspect", "--format", `{{.State.${which}}}`, id)).trim());
  return {
    ...{ runtime, server: images["hello:v1"].reference, deaf: images["deaf:v1"].reference },
    killConmon: async (id) => {
      pids.set(id, await pidOf(id, "Pid"));
      await killed(await pidOf(id, "ConmonPid"));
    },
    killProcess: async (id) => await killed(pids.get(id) ?? 0),
    restartService: async () => {
      await node.stopService("SIGKILL");
      await node.startService();
    },
    disconnect: async (id, network) => void (await node.podman("network", "disconnect", network, id)),
  };
}

async function killed(pid: number): Promise<void> {
  assert.ok(pid > 1);
  process.kill(pid, "SIGKILL");
  await eventually(() => !isThere(pid), { what: `process ${pid} has ended` });
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const refused =
  (text: RegExp, code: ErrorCode = "E_RUNTIME") =>
  (error: unknown) =>
    hasCode(error, code) && text.test(String(error));
const IMPROPER = refused(/state improper/);

function contract(kind: string, open: (scope: Scope) => Promise<Subject>) {
  describe(`${kind} as an unkind runtime`, () => {
    const { subject, create, started } = contractSuite(open, ({ server, deaf }) => [server, deaf]);

    const stateOf = async (id: string): Promise<ContainerState | undefined> => {
      const [listed] = await subject().runtime.listIds([id], soon());
      assert.equal((await subject().runtime.inspect(id, soon()))?.state, listed?.state);
      return listed?.state;
    };
    const comesTo = async (id: string, state: ContainerState) =>
      await eventually(async () => (await stateOf(id)) === state, { what: `it is ${state}` });
    const exitCodeOf = async (id: string) => (await subject().runtime.inspect(id, soon()))?.exitCode;

    /** A container that ignores SIGTERM, being stopped. */
    async function stopping(timeoutMs: number, signal = soon()) {
      const id = await started({ image: subject().deaf });
      const stop = subject().runtime.stop(id, timeoutMs, signal);
      stop.catch(() => undefined); // its caller awaits it
      await comesTo(id, "stopping");
      return { id, stop };
    }

    test("is stopping until the time-out has passed, for an image that ignores SIGTERM", async () => {
      const { id, stop } = await stopping(1_000);
      await stop;
      assert.equal(await stateOf(id), "exited");
      assert.equal(await exitCodeOf(id), 137);
    });

    test("a container that is being stopped cannot be started and runs no command, but takes a name", async () => {
      const { runtime } = subject();
      const { id, stop } = await stopping(2_000);
      await assert.rejects(runtime.start(id, soon()), IMPROPER);
      await assert.rejects(runtime.exec(id, ["true"], 1_000, soon()), IMPROPER);
      const name = `renamed-${id.slice(0, 8)}`;
      await runtime.rename(id, name, soon());
      assert.equal((await runtime.inspect(id, soon()))?.name, name);
      await stop;
    });

    test("a second, shorter stop ends the first one too", async () => {
      const { runtime } = subject();
      const { id, stop } = await stopping(20_000);
      await runtime.stop(id, 0, soon());
      await stop;
      assert.equal(await stateOf(id), "exited");
    });

    test("a container that is being stopped can be removed at once, and its stop then ends well", async () => {
      const { runtime } = subject();
      const { id, stop } = await stopping(2_000);
      await runtime.remove(id, soon());
      assert.equal(await stateOf(id), undefined);
      await stop;
    });

    test("a stop continues when its caller leaves", async () => {
      const caller = new AbortController();
      const { id, stop } = await stopping(1_000, caller.signal);
      caller.abort();
      await assert.rejects(stop);
      assert.equal(await stateOf(id), "stopping");
      await comesTo(id, "exited");
    });

    test("stays stopping for ever when the service dies during the stop; another stop ends it", async () => {
      const { runtime, restartService } = subject();
      const { id, stop } = await stopping(1_000);
      await restartService();
      await assert.rejects(stop, refused(/connection to podman was lost/));
      await delay(1_500); // what is shown is that nothing happens
      assert.equal(await stateOf(id), "stopping");
      await assert.rejects(runtime.start(id, soon()), IMPROPER);
      await runtime.stop(id, 0, soon());
      assert.equal(await stateOf(id), "exited");
      await runtime.start(id, soon());
      assert.equal(await stateOf(id), "running");
    });

    test("says running of a container whose conmon was killed before its process", async () => {
      const { runtime, killConmon, killProcess } = subject();
      const id = await started();
      await killConmon(id);
      assert.equal(await stateOf(id), "running");
      await killProcess(id);
      assert.equal(await stateOf(id), "running");
      await runtime.start(id, soon()); // success, without effect
      assert.equal(await runtime.exec(id, ["true"], 5_000, soon()), 125);
      await runtime.remove(id, soon());
      assert.equal(await stateOf(id), undefined);
    });

    test("knows that nothing runs where podman says running, and removes it at the first try", async () => {
      const { runtime, killConmon, killProcess } = subject();
      const id = await started();
      const isAlive = async () => {
        const [listed] = await runtime.listIds([id], soon());
        assert.equal(listed?.state, "running");
        return await runtime.isAlive(listed, soon());
      };
      assert.equal(await isAlive(), true);
      assert.equal(await runtime.isAlive({ id }, soon()), true, "asked of podman");
      await killConmon(id);
      assert.equal(await isAlive(), true);
      await killProcess(id);
      assert.equal(await isAlive(), false);
      await runtime.remove(id, soon());
      assert.equal(await stateOf(id), undefined);
    });

    for (const alive of [true, false]) {
      const process = alive ? "living" : "dead";
      test(`stops a container without conmon and with a ${process} process, and leaves it stopping`, async () => {
        const { runtime, killConmon, killProcess } = subject();
        const id = await started();
        await killConmon(id);
        if (!alive) await killProcess(id);
        for (let times = 0; times < 3; times++) {
          await runtime.stop(id, 1_000, soon()); // success, though it stays as it is
          assert.equal(await stateOf(id), "stopping");
        }
        await assert.rejects(runtime.start(id, soon()), IMPROPER);
        await runtime.remove(id, soon());
        assert.equal(await stateOf(id), undefined);
      });
    }

    test("describes a container without its network after somebody took it away", async () => {
      const { runtime, disconnect } = subject();
      const network = unique("net");
      await runtime.ensureNetwork(network, soon());
      const id = await started({ network });
      assert.equal((await runtime.describe(id, soon()))?.spec.network, network);
      await disconnect(id, network);
      assert.equal((await runtime.describe(id, soon()))?.spec.network, undefined);
      assert.equal(await stateOf(id), "running");
    });

    test("refuses to create in a network that is not there", async () => {
      await assert.rejects(create({ network: "nowhere" }), refused(/network not found/));
    });
  });
}

contract("the twin in memory", fakeSubject);
contract("podman", podmanSubject);
