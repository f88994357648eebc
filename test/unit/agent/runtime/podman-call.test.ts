/** Podman as it must not be: hanging, lying, breaking off. Each fails alone, in time, and as what it is. */
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSocketServer, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Podman } from "../../../../src/agent/runtime/podman/podman.ts";
import { PODMAN_LIMITS } from "../../../../src/agent/runtime/podman/time-limits.ts";
import { componentSpec } from "../../../helpers/component-spec.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const ID = "a".repeat(64);
const never = () => new AbortController().signal;

function podmanAt(t: TestContext, socketPath: string, askMs = 15_000): Podman {
  const podman = new Podman({ socketPath, limits: { ...PODMAN_LIMITS, askMs, changeMs: askMs } });
  t.after(() => podman.close());
  return podman;
}

/** A podman that answers as `listener` says. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const socketPath = join(await tempDir(t), "podman.sock");
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return socketPath;
}

/** A podman below HTTP. */
async function serveRaw(t: TestContext, onConnection: (socket: Socket) => void) {
  const socketPath = join(await tempDir(t), "podman.sock");
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { socketPath, open };
}

test("a podman that accepts and never answers times out within its deadline, and its connection is closed", async (t) => {
  const { socketPath, open } = await serveRaw(t, (socket) => void socket.resume());
  const podman = podmanAt(t, socketPath, 200);
  const began = performance.now();
  await assert.rejects(podman.list({}, never()), { code: "E_RUNTIME_TIMEOUT", message: /list.*200 ms/ });
  const took = performance.now() - began;
  assert.ok(took >= 190 && took < 2_000, `${took} ms`);
  await eventually(() => open.size === 0);
});

test("a call that hangs does not hold up the others", async (t) => {
  const socketPath = await serve(t, (request, response) => {
    if (!request.url?.includes("/start")) response.end("[]");
  });
  const podman = podmanAt(t, socketPath);
  const stop = new AbortController();
  const hanging = Array.from({ length: 20 }, () => podman.start(ID, stop.signal));
  for (let i = 0; i < 20; i++) assert.deepEqual(await podman.list({}, AbortSignal.timeout(5_000)), []);
  stop.abort(new Error("enough"));
  for (const call of await Promise.allSettled(hanging)) assert.equal(call.status, "rejected");
});

test("a podman that is stopped in the middle of an answer times out", async (t) => {
  const socketPath = await serve(t, (_request, response) => void response.write("["));
  await assert.rejects(podmanAt(t, socketPath, 200).list({}, never()), { code: "E_RUNTIME_TIMEOUT" });
});

test("a socket without a listener is unreachable, and the caller that can start podman is informed", async (t) => {
  const told = { times: 0 };
  const socketPath = join(await tempDir(t), "podman.sock");
  const podman = new Podman({ socketPath, onUnreachable: () => void told.times++ });
  t.after(() => podman.close());
  await assert.rejects(podman.info(never()), { code: "E_RUNTIME_UNREACHABLE", message: new RegExp(socketPath) });
  assert.equal(told.times, 1);
});

test("a connection that breaks off within an answer is an error", async (t) => {
  for (const answer of ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[", "nonsense\r\n\r\n"]) {
    const { socketPath } = await serveRaw(t, (socket) => {
      socket.once("data", () => (answer === "" ? socket.destroy() : socket.end(answer)));
    });
    await assert.rejects(podmanAt(t, socketPath).list({}, never()), { code: "E_RUNTIME" });
  }
});

test("answers that are not podman's are errors, not crashes", async (t) => {
  const lies = ["<html>proxy</html>", "{", "", "null7", '"text"', '{"Id":7}', "[1]", "\u{0}\u{ff}"];
  const lie = { text: "" };
  const podman = podmanAt(t, await serve(t, (_request, response) => response.end(lie.text)));
  const container = { name: "x", aliases: [], labels: {}, spec: componentSpec({ image: "registry.example.net/x:v1" }) };
  for (lie.text of lies) {
    await assert.rejects(podman.list({}, never()), { code: "E_RUNTIME" }, lie.text);
    await assert.rejects(podman.info(never()), { code: "E_RUNTIME" }, lie.text);
    await assert.rejects(podman.inspect(ID, never()), { code: "E_RUNTIME" }, lie.text);
    await assert.rejects(podman.create(container, never()), { code: "E_RUNTIME" }, lie.text);
    await assert.rejects(podman.start(ID, never()), { code: "E_RUNTIME" }, lie.text);
  }
});

test("a refusal carries podman's own words", async (t) => {
  const answer = { cause: "deep", message: "start: very deep reason: deep", response: 500 };
  const socketPath = await serve(t, (_request, response) => response.writeHead(500).end(JSON.stringify(answer)));
  await assert.rejects(podmanAt(t, socketPath).start(ID, never()), {
    code: "E_RUNTIME",
    message: /very deep reason.*500/,
  });
});

test("a container whose host port is taken is refused with the way to find the program that has it", async (t) => {
  const message = "rootlessport listen tcp 127.0.0.1:8080: bind: address already in use";
  const socketPath = await serve(t, (_request, response) =>
    response.writeHead(500).end(JSON.stringify({ cause: message, message, response: 500 })),
  );
  await assert.rejects(podmanAt(t, socketPath).start(ID, never()), {
    code: "E_RUNTIME",
    message: `podman start: ${message} (HTTP 500)`,
    hint: /`ss -ltnup`.*another host port/,
  });
});

test("a container that finds no kernel key left is refused with the way out, in runc's words and in crun's", async (t) => {
  const words = [
    "runc: runc create failed: unable to start container process: error during container init: unable to join session keyring: unable to create session key: disk quota exceeded: OCI runtime error",
    `crun: create keyring \`${ID}\`: Disk quota exceeded: OCI runtime error`,
  ];
  const answer = { cause: "OCI runtime error", message: "", response: 500 };
  const socketPath = await serve(t, (_request, response) => response.writeHead(500).end(JSON.stringify(answer)));
  for (answer.message of words) {
    const error = await podmanAt(t, socketPath)
      .start(ID, never())
      .catch((thrown) => thrown);
    assert.equal(error.code, "E_RUNTIME");
    assert.match(error.message, /^podman start: .*no kernel key left/);
    assert.match(error.hint, /`keyring = false`.*`mcp-agent doctor`/);
    assert.ok(error.message.includes(answer.message), "podman's own words stay");
  }
  answer.message = "writing blob: disk quota exceeded";
  await assert.rejects(podmanAt(t, socketPath).start(ID, never()), (error) => !/kernel key/.test(String(error)));
});

test("a refusal of an environment value is told without the value", async (t) => {
  const answer = { cause: "bad", message: "cannot take hunter2-hunter2", response: 500 };
  const podman = podmanAt(
    t,
    await serve(t, (_request, response) => response.writeHead(500).end(JSON.stringify(answer))),
  );
  const spec = componentSpec({ image: "registry.example.net/x:v1", env: { A: "hunter2", B: "hunter2-hunter2" } });
  const error = await podman.create({ name: "x", aliases: [], labels: {}, spec }, never()).catch((thrown) => thrown);
  assert.match(error.message, /cannot take \$B /);
});

test("a container that podman made with a warning is removed again", async (t) => {
  const calls: string[] = [];
  const socketPath = await serve(t, (request, response) => {
    calls.push(`${request.method} ${request.url?.split("?")[0]}`);
    if (request.method === "DELETE") response.end("[]");
    else response.writeHead(201).end(JSON.stringify({ Id: ID, Warnings: ["something was ignored"] }));
  });
  const spec = componentSpec({ image: "registry.example.net/x:v1" });
  const made = podmanAt(t, socketPath).create({ name: "x", aliases: [], labels: {}, spec }, never());
  await assert.rejects(made, { code: "E_UNSUPPORTED", message: /something was ignored/ });
  assert.deepEqual(calls, ["POST /v4.0.0/libpod/containers/create", `DELETE /v4.0.0/libpod/containers/${ID}`]);
});

test("podman 5 refuses a missing image and a name in use in its own words", async (t) => {
  const answer = { status: 404, cause: "no such image", message: "registry.example.net/x:v1: no such image" };
  const socketPath = await serve(t, (_request, response) =>
    response.writeHead(answer.status).end(JSON.stringify(answer)),
  );
  const podman = podmanAt(t, socketPath);
  const spec = componentSpec({ image: "registry.example.net/x:v1" });
  const create = () => podman.create({ name: "x", aliases: [], labels: {}, spec }, never());
  await assert.rejects(create(), { code: "E_IMAGE" });
  Object.assign(answer, { status: 409, cause: "that name is already in use" });
  await assert.rejects(create(), { code: "E_NAME_TAKEN" });
});

test("podman 5 reports a failed removal within a good answer", async (t) => {
  const report = [{ Id: ID, Err: "device or resource busy", RawInput: ID }];
  const socketPath = await serve(t, (_request, response) => response.end(JSON.stringify(report)));
  await assert.rejects(podmanAt(t, socketPath).remove(ID, never()), { code: "E_RUNTIME", message: /busy/ });
});

test("onOpen is called before the first event, and a closed stream ends the loop", async (t) => {
  const streams: { end(): void }[] = [];
  const socketPath = await serve(t, (_request, response) => {
    response.writeHead(200).flushHeaders();
    streams.push(response);
  });
  const seen: string[] = [];
  for await (const event of podmanAt(t, socketPath).events(() => {
    seen.push("open");
    for (const stream of streams) stream.end();
  }, never())) {
    seen.push(event.kind);
  }
  assert.deepEqual(seen, ["open"]);
});

test("an event stream that breaks or talks nonsense is an error", async (t) => {
  const podman = podmanAt(t, await serve(t, (_request, response) => response.end("{}\n")));
  const read = async (from: Podman) => {
    for await (const _ of from.events(() => undefined, never()));
  };
  await assert.rejects(read(podman), { code: "E_RUNTIME" });
  const broken = await serve(t, (_request, response) => {
    response.write("\n", () => response.destroy());
  });
  await assert.rejects(read(podmanAt(t, broken)), { code: "E_RUNTIME" });
});

test("leaving a stream closes its connection, and nothing is thrown behind our back", async (t) => {
  const closed = { times: 0 };
  const socketPath = await serve(t, (request, response) => {
    request.socket.once("close", () => void closed.times++);
    response.write(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 2]), Buffer.from("a\n")]));
  });
  for await (const _ of podmanAt(t, socketPath).logs(ID, { follow: true }, never())) break;
  await eventually(() => closed.times === 1);
  await turn();
});

test("a pull that fails or ends early is an image error with the registry's reason", async (t) => {
  const body = { text: '{"stream":"Trying\\n"}\n{"error":"manifest unknown"}\n' };
  const socketPath = await serve(t, (_request, response) => response.end(body.text));
  const podman = podmanAt(t, socketPath);
  const pull = () => podman.pull("registry.example.net/x:v1", () => undefined, never());
  await assert.rejects(pull(), { code: "E_IMAGE", message: /manifest unknown/ });
  body.text = '{"stream":"Trying\\n"}\n';
  await assert.rejects(pull(), { code: "E_IMAGE" });
});

test("closing ends the calls that are under way", async (t) => {
  const { socketPath } = await serveRaw(t, () => undefined);
  const podman = podmanAt(t, socketPath);
  const call = podman.list({}, never());
  await turn();
  await Promise.all([assert.rejects(call, { code: "E_RUNTIME" }), podman.close()]);
});

test("only loopback registries are asked without TLS", async (t) => {
  const asked: string[] = [];
  const socketPath = await serve(t, (request, response) => {
    asked.push(request.url ?? "");
    response.end('{"id":"x"}\n');
  });
  const podman = podmanAt(t, socketPath);
  await podman.pull("127.0.0.1:5000/x:v1", () => undefined, never());
  await podman.pull("registry.example.net/x:v1", () => undefined, never());
  assert.deepEqual(
    asked.map((url) => url.includes("tlsVerify=false")),
    [true, false],
  );
});
