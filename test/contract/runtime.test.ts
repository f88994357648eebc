/**
 * The contract of the runtime port, held to by podman and by its twin in memory. A subject brings a runtime with
 * three images in its registry; the tests share nothing but that.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import type { RuntimeEvent, RuntimeLogLine } from "../../src/agent/runtime/runtime.ts";
import { hasCode } from "../../src/values/error.ts";
import type { ErrorCode } from "../../src/values/error-codes.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import {
  contractSuite,
  LIMIT_MS,
  podmanWithImages,
  type RuntimeSubject,
  soon,
  unique,
} from "../helpers/runtime-contract.ts";
import type { Scope } from "../helpers/scope.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";

/** Its server writes a line that begins with "serving". */
interface Subject extends RuntimeSubject {
  /** Writes three lines, the second to stderr, and exits 3. */
  readonly crasher: string;
  /** Is in no registry, though the registry answers. */
  readonly nowhere: string;
  /** Another program listens on this port of 127.0.0.1 until the returned function is called. */
  hold(port: number): Promise<() => Promise<void>>;
}

async function fakeSubject(): Promise<Subject> {
  const runtime = new FakeRuntime({ limits: { memory: false, cpus: false } });
  const [server, crasher, nowhere] = ["127.0.0.1:5000/hello:v1", "127.0.0.1:5000/crasher:v1", "127.0.0.1:5000/no:v1"];
  runtime.provide(server, { lines: ["serving v1 on 8080"] });
  const second = { stream: "stderr", line: "crasher: cannot open" } as const;
  runtime.provide(crasher, { exitCode: 3, lines: ["crasher: starting", second, "crasher: giving up"] });
  const hold = async (hostPort: number) => {
    runtime.heldPorts.push({ port: port(hostPort), by: "a program" });
    return async () => void runtime.heldPorts.pop();
  };
  return { runtime, server, crasher, nowhere, hold };
}

async function podmanSubject(scope: Scope): Promise<Subject> {
  const { runtime, registry, images } = await podmanWithImages(scope);
  const [server, crasher] = [images["hello:v1"].reference, images["crasher:v1"].reference];
  return { runtime, server, crasher, nowhere: `${registry.address}/no:v1`, hold };
}

async function hold(hostPort: number) {
  const server = createServer().listen(hostPort, "127.0.0.1");
  await once(server, "listening");
  return async () => {
    server.close();
    await once(server, "close");
  };
}

const code = (expected: ErrorCode) => (error: unknown) => hasCode(error, expected);

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

function contract(kind: string, open: (scope: Scope) => Promise<Subject>) {
  describe(`${kind} as a runtime`, () => {
    const { subject, create, started } = contractSuite(open, ({ server, crasher }) => [server, crasher]);

    async function inspected(id: string) {
      const found = await subject().runtime.inspect(id, soon());
      assert.ok(found);
      return found;
    }

    test("answers a ping and says what it is", async () => {
      await subject().runtime.ping(soon());
      const info = await subject().runtime.info(soon());
      assert.match(info.version, /^\d+\.\d+/);
      assert.equal(info.rootless, true);
      assert.ok(info.graphRoot.startsWith("/") && info.runRoot.startsWith("/"));
    });

    test("creates without starting, and lists by every label given", async () => {
      const { runtime, server } = subject();
      const service = unique("web");
      const name = unique("c");
      const labels = { "mcp.service": service, "mcp.component": "api", team: "core team" };
      const beforeMs = Date.now() - 1_000;
      const id = await create({}, name, labels);
      await create({}, unique("c"), { "mcp.service": service, "mcp.component": "db" });
      assert.match(id, /^[0-9a-f]{64}$/);
      const [found, ...others] = await runtime.list({ "mcp.service": service, "mcp.component": "api" }, soon());
      assert.deepEqual(others, []);
      assert.ok(found && found.createdAtMs > beforeMs && found.createdAtMs < Date.now() + 1_000);
      const { createdAtMs: _, imageId, labels: has, ...rest } = found;
      assert.deepEqual(rest, { id, name, image: server, state: "created", startedAtMs: 0 });
      assert.deepEqual({ ...has, ...labels }, has); // podman adds the image's own
      assert.equal(imageId, await runtime.imageId(server, soon()));
      assert.equal((await runtime.list({ "mcp.service": service }, soon())).length, 2);
      assert.ok((await runtime.list({}, soon())).length >= 2);
      assert.deepEqual(await runtime.list({ "mcp.service": "w*b" }, soon()), []);
    });

    test("tells a running container's start, the same text until it starts again", async () => {
      const { runtime } = subject();
      const id = await started();
      await runtime.start(id, soon());
      const first = await inspected(id);
      assert.equal(first.state, "running");
      assert.equal(first.restarts, 0);
      assert.equal(first.exitCode, undefined);
      assert.ok(Math.abs(first.startedAtMs - Date.now()) < LIMIT_MS);
      assert.deepEqual(await inspected(id), first);
      await runtime.stop(id, 0, soon());
      await runtime.start(id, soon());
      assert.notEqual((await inspected(id)).startedAt, first.startedAt);
    });

    test("stops; a stopped, a never started and a missing container are no error", async () => {
      const { runtime } = subject();
      const id = await started();
      await eventually(async () => (await collect(runtime.logs(id, { follow: false }, soon()))).length > 0);
      await runtime.stop(id, 5_000, soon());
      const stopped = await inspected(id);
      assert.equal(stopped.state, "exited");
      assert.equal(stopped.exitCode, 0);
      await runtime.stop(id, 5_000, soon());
      await runtime.stop(await create(), 5_000, soon());
      await runtime.stop("0".repeat(64), 5_000, soon());
    });

    test("removes, running or not; a missing one is no error", async () => {
      const { runtime } = subject();
      const id = await started();
      await runtime.remove(id, soon());
      assert.equal(await runtime.inspect(id, soon()), undefined);
      await runtime.remove(id, soon());
    });

    test("finds by name, whole names only", async () => {
      const { runtime } = subject();
      const name = unique("find.me");
      const id = await create({}, name);
      assert.equal((await runtime.inspect(name, soon()))?.id, id);
      assert.equal(await runtime.inspect(name.slice(0, -1), soon()), undefined);
      assert.equal(await runtime.inspect(name.replace(".", "x"), soon()), undefined);
    });

    test("never takes the beginning of an id for a container", async () => {
      const { runtime } = subject();
      const id = await create();
      for (const length of [2, 12, 63]) {
        assert.equal(await runtime.inspect(id.slice(0, length), soon()), undefined);
        await assert.rejects(runtime.remove(id.slice(0, length), soon()), code("E_BUG"));
      }
      assert.ok(await runtime.inspect(id, soon()));
    });

    test("refuses a name in use, for a new container and for a renamed one", async () => {
      const { runtime } = subject();
      const name = unique("c");
      await create({}, name);
      await assert.rejects(create({}, name), code("E_NAME_TAKEN"));
      const other = await create();
      await assert.rejects(runtime.rename(other, name, soon()), code("E_NAME_TAKEN"));
      const free = unique("c");
      await runtime.rename(other, free, soon());
      assert.equal((await inspected(other)).name, free);
    });

    test("knows which images are here", async () => {
      const { runtime, server, nowhere } = subject();
      assert.match((await runtime.imageId(server, soon())) ?? "", /^[0-9a-f]{64}$/);
      assert.equal(await runtime.imageId(nowhere, soon()), undefined);
    });

    test("reports why an image cannot be pulled, and reports progress otherwise", async () => {
      const { runtime, server, nowhere } = subject();
      await assert.rejects(create({ image: nowhere }), code("E_IMAGE"));
      await assert.rejects(
        runtime.pull(nowhere, () => undefined, soon()),
        (error) => code("E_IMAGE")(error) && /manifest unknown/.test(String(error)),
      );
      const lines: string[] = [];
      await runtime.pull(server, (line) => lines.push(line), soon());
      assert.match(lines.join("\n"), /Trying to pull/);
    });

    test("refuses an image without a registry, which could come from anywhere", async () => {
      const { runtime } = subject();
      await assert.rejects(create({ image: "hello:v1" }), code("E_IMAGE"));
      await assert.rejects(
        runtime.pull("hello:v1", () => undefined, soon()),
        code("E_IMAGE"),
      );
      await assert.rejects(runtime.imageId("hello:v1", soon()), code("E_IMAGE"));
    });

    test("lists images, removes one that nothing uses and none that a container was made from", async () => {
      const { runtime, server, crasher } = subject();
      const listed = async (name: string) =>
        (await runtime.listImages(soon())).find(({ references }) => references.includes(name));
      const image = await listed(crasher);
      assert.equal(image?.id, await runtime.imageId(crasher, soon()));
      assert.ok((image?.sizeBytes ?? 0) > 0);
      const id = await create({ image: crasher });
      await assert.rejects(runtime.removeImage(crasher, soon()), code("E_IMAGE"));
      assert.ok((await listed(crasher)) !== undefined);
      await runtime.remove(id, soon());
      await runtime.removeImage(crasher, soon());
      assert.equal(await listed(crasher), undefined);
      assert.ok((await listed(server)) !== undefined);
      await runtime.removeImage(crasher, soon());
      await runtime.pull(crasher, () => undefined, soon());
    });

    test("tells exit code and last lines of a container that ends at once", async () => {
      const { runtime, crasher } = subject();
      const id = await started({ image: crasher });
      const ended = await eventually(async () => {
        const found = await inspected(id);
        return found.state === "exited" ? found : undefined;
      });
      assert.equal(ended?.exitCode, 3);
      const lines = await collect(runtime.logs(id, { follow: false }, soon()));
      assert.deepEqual(lines.map(({ stream }) => stream).sort(), ["stderr", "stdout", "stdout"]);
      assert.ok(lines.every(({ at }) => Math.abs(Date.parse(at ?? "") - Date.now()) < LIMIT_MS));
      const out = lines.filter(({ stream }) => stream === "stdout").map(({ line }) => line);
      assert.deepEqual(out, ["crasher: starting", "crasher: giving up"]);
      const last = await collect(runtime.logs(id, { follow: false, tail: 2 }, soon()));
      assert.deepEqual(last, lines.slice(-2));
      assert.deepEqual(await collect(runtime.logs(id, { follow: false, sinceMs: Date.now() + 60_000 }, soon())), []);
    });

    test("counts the restarts of a container that keeps ending", async () => {
      const { runtime, crasher } = subject();
      const id = await started({ image: crasher, restart: { policy: "on-failure", retries: 2 } });
      await eventually(async () => {
        const found = await inspected(id);
        return found.state === "exited" && found.restarts === 2;
      });
      await runtime.remove(id, soon());
    });

    test("follows the output until the container ends", async () => {
      const { runtime } = subject();
      const id = await started();
      const lines: RuntimeLogLine[] = [];
      for await (const line of runtime.logs(id, { follow: true }, soon())) {
        lines.push(line);
        if (lines.length === 1) await runtime.stop(id, 5_000, soon());
      }
      assert.match(lines[0]?.line ?? "", /^serving/);
    });

    test("stops following when it is told to", async () => {
      const { runtime } = subject();
      const id = await started();
      const enough = new AbortController();
      const reading = (async () => {
        for await (const _ of runtime.logs(id, { follow: true }, enough.signal)) enough.abort(new Error("enough"));
      })();
      await assert.rejects(reading, /enough/);
    });

    test("runs commands inside and gives their exit code", async () => {
      const { runtime } = subject();
      const id = await started();
      assert.equal(await runtime.exec(id, ["true"], 10_000, soon()), 0);
      assert.equal(await runtime.exec(id, ["false"], 10_000, soon()), 1);
      await assert.rejects(runtime.exec(await create(), ["true"], 10_000, soon()), code("E_RUNTIME"));
    });

    test("stops a command that takes too long", async () => {
      const { runtime } = subject();
      const id = await started();
      await assert.rejects(runtime.exec(id, ["sleep", "600"], 300, soon()), code("E_RUNTIME_TIMEOUT"));
      assert.equal((await inspected(id)).state, "running");
    });

    test("tells what happens to containers, with labels and exit code, from onOpen on", async () => {
      const { runtime, crasher } = subject();
      const stop = new AbortController();
      const events: RuntimeEvent[] = [];
      const opened = deferred();
      const reading = (async () => {
        for await (const event of runtime.events(() => opened.resolve(undefined), stop.signal)) events.push(event);
      })();
      reading.catch(() => undefined); // it is looked at below
      await opened.promise;
      const name = unique("c");
      const id = await create({ image: crasher }, name, { "mcp.service": "web" });
      await runtime.start(id, soon());
      await eventually(() => events.some((event) => event.containerId === id && event.kind === "died"));
      await runtime.rename(id, `${name}-2`, soon());
      await runtime.remove(id, soon());
      const own = () => events.filter((event) => event.containerId === id && event.kind !== "other");
      await eventually(() => own().some(({ kind }) => kind === "removed"));
      assert.deepEqual(
        own().map(({ kind }) => kind),
        ["created", "started", "died", "renamed", "removed"],
      );
      assert.deepEqual(new Set(own().map(({ labels }) => labels["mcp.service"])), new Set(["web"]));
      assert.deepEqual(
        own().map(({ exitCode }) => exitCode),
        [undefined, undefined, 3, undefined, undefined],
      );
      assert.deepEqual([own()[0]?.containerName, own()[4]?.containerName], [name, `${name}-2`]);
      assert.ok(own().every(({ atMs }) => Math.abs(atMs - Date.now()) < LIMIT_MS));
      stop.abort(new Error("enough"));
      await assert.rejects(reading, /enough/);
    });

    test("refuses what it cannot do, and then has created nothing", async (t) => {
      const { runtime } = subject();
      const name = unique("c");
      await assert.rejects(create({ network: "host", ports: [port(18_099)] }, name), code("E_UNSUPPORTED"));
      await assert.rejects(create({ network: "slirp4netns" }, name), code("E_UNSUPPORTED"));
      const nowhere = `/nowhere/${name}`;
      const volumes = [{ kind: "bind", source: nowhere, target: "/x", readOnly: true, options: [] }] as const;
      await assert.rejects(
        create({ volumes }, name),
        (error) => code("E_FILE")(error) && String(error).includes(nowhere),
      );
      const { limits } = await runtime.info(soon());
      if (limits.memory) t.diagnostic("memory limits can be enforced here");
      else await assert.rejects(create({ memoryBytes: 64 * 1024 * 1024 }, name), code("E_UNSUPPORTED"));
      if (limits.cpus) t.diagnostic("cpu limits can be enforced here");
      else await assert.rejects(create({ cpus: 0.5 }, name), code("E_UNSUPPORTED"));
      assert.equal(await runtime.inspect(name, soon()), undefined);
    });

    test("fails to start on a port that is taken, and tells so", async () => {
      const { runtime } = subject();
      const ports = [port(18_098)];
      const first = await started({ ports });
      const second = await create({ ports });
      await assert.rejects(
        runtime.start(second, soon()),
        (error) => code("E_RUNTIME")(error) && /address already in use/.test(String(error)),
      );
      await runtime.remove(first, soon());
      await runtime.start(second, soon());
      assert.equal((await inspected(second)).state, "running");
      await runtime.remove(second, soon());
    });

    test("knows beforehand of a port that another program holds, but not of one that a container publishes", async () => {
      const { runtime, server, hold } = subject();
      const number = await freePort();
      const spec = componentSpec({ image: server, ports: [port(number)] });
      const obstacles = async (own = spec) => (await runtime.obstacles(own, soon())).map(({ message }) => message);
      const release = await hold(number);
      const held = new RegExp(`^component api: host port ${number} is in use on this node by \\S+`);
      const [found = "", ...others] = await obstacles();
      assert.match(found, held);
      assert.deepEqual(others, []);
      const { hostAddress: _, ...onEvery } = port(number);
      assert.equal((await obstacles({ ...spec, ports: [onEvery] })).length, 1, "on every address");
      assert.deepEqual(await obstacles({ ...spec, ports: [{ ...port(number), protocol: "udp" }] }), []);
      await assert.rejects(create({ ports: [port(number)] }), code("E_RUNTIME"));
      await release();
      assert.deepEqual(await obstacles(), []);
      const id = await started({ ports: [port(number)] });
      assert.deepEqual(await obstacles(), []);
      await runtime.remove(id, soon());
    });

    test("ends a call with the reason of its signal", async () => {
      const { runtime } = subject();
      const reason = new Error("not needed any more");
      await assert.rejects(runtime.list({}, AbortSignal.abort(reason)), reason);
    });
  });
}

const port = (hostPort: number) =>
  ({ hostAddress: "127.0.0.1", hostPort, containerPort: 8080, protocol: "tcp" }) as const;

function deferred() {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

contract("the twin", fakeSubject);
contract("podman", podmanSubject);
