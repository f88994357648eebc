/** The first connection: fast and clear failures for operators, patience for nodes, credentials from a file. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { createUser } from "@nats-io/nkeys";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import { isCredentialRefusal } from "../../src/bus/connection/auth-error.ts";
import { dial } from "../../src/bus/connection/connect.ts";
import { hasCode, type McpError, messageOf } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { desired, nodeBus, operatorBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

const AUTHOR = { author: "kyle@desk" };

interface SpeakingServer {
  readonly url: string;
  readonly heard: string[];
  /** How many connections are open. */
  open(): number;
}

/** A server that says what it is told to say on each connection, and keeps what it hears. */
async function speakingServer(scope: Scope, greeting: string, answer = ""): Promise<SpeakingServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      heard.push(data.toString());
      socket.write(answer);
    });
    socket.write(greeting);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, open: () => sockets.size };
}

const info = (own: object) => `INFO ${JSON.stringify({ server_id: "x", proto: 1, max_payload: 1024, ...own })}\r\n`;

/** A user of a server's configuration and his credentials file, which holds the seed alone. */
async function nkeyUser(scope: Scope): Promise<{ config: string; creds: string; seed: string }> {
  const user = createUser();
  const seed = new TextDecoder().decode(user.getSeed());
  const creds = join(await tempDir(scope), "user.creds");
  await writeFile(creds, credsText(seed), { mode: 0o600 });
  return { config: `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`, creds, seed };
}

const credsText = (seed: string) => `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;

test("an operator learns within three seconds which servers cannot be reached and why", async () => {
  const servers = [`nats://127.0.0.1:${await freePort()}`, `nats://localhost:${await freePort()}`];
  const began = Date.now();
  const failed = connectOperatorBus({ ...settingsFor({ url: "" }), servers }, AUTHOR);
  await assert.rejects(failed, (error) => {
    assert.ok(hasCode(error, "E_BUS_UNREACHABLE"));
    for (const server of servers) assert.ok(messageOf(error).includes(server));
    assert.match(messageOf(error), /refused/);
    return true;
  });
  assert.ok(Date.now() - began < 3000);
});

test("a server that accepts and stays silent is an error after three seconds", async (t) => {
  const server = await speakingServer(t, "");
  const began = Date.now();
  await assert.rejects(dial(settingsFor(server)), (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  assert.ok(Date.now() - began < 6_000);
});

test("a server older than 2.10 is refused", async (t) => {
  const server = await speakingServer(t, info({ version: "2.9.10" }), "PONG\r\n");
  await assert.rejects(dial(settingsFor(server)), (error) => hasCode(error, "E_BUS_VERSION"));
});

test("a server without TLS learns nothing from a client that was told tls://", async (t) => {
  const server = await speakingServer(t, info({ version: "2.15.1", nonce: "abc" }), "PONG\r\n");
  const { creds } = await nkeyUser(t);
  const settings = { ...settingsFor(server, { creds }), servers: [server.url.replace("nats:", "tls:")] };
  await assert.rejects(dial(settings), (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  assert.deepEqual(server.heard, []);
});

test("credentials that the server does not know are E_REFUSED, and their secret is in no message", async (t) => {
  const [known, stranger] = await Promise.all([nkeyUser(t), nkeyUser(t)]);
  const server = await startNatsServer(t, { config: known.config });
  await (await dial(settingsFor(server, { creds: known.creds }))).close();
  await assert.rejects(dial(settingsFor(server, { creds: stranger.creds })), (error) => {
    assert.ok(hasCode(error, "E_REFUSED"));
    assert.ok(!messageOf(error).includes(stranger.seed));
    return true;
  });
});

test("a credentials file that holds no seed is E_CONFIG and is not shown", async (t) => {
  const creds = join(await tempDir(t), "bad.creds");
  await writeFile(creds, "not for your eyes", { mode: 0o600 });
  await assert.rejects(dial(settingsFor({ url: "nats://127.0.0.1:1" }, { creds })), (error) => {
    assert.ok(hasCode(error, "E_CONFIG"));
    assert.ok(messageOf(error).includes(creds) && !messageOf(error).includes("eyes"));
    return true;
  });
});

test("credentials that were renewed in the file are used at the next connect", async (t) => {
  const [before, after] = await Promise.all([nkeyUser(t), nkeyUser(t)]);
  const server = await startNatsServer(t, { config: before.config });
  const bus = await nodeBus(t, server, "rift", { creds: before.creds });
  await writeFile(before.creds, credsText(after.seed));
  await server.restart(after.config);
  const connected: true[] = [];
  bus.onDisconnect(() => connected.splice(0));
  bus.onConnect(() => connected.push(true));
  await eventually(() => bus.isConnected() && connected.length > 0, { what: "connected with the new credentials" });
  await (await dial(settingsFor(server, { creds: before.creds }))).close();
});

test("a bus that refuses a node's credentials is tried ever more rarely, and says what that means", async (t) => {
  const [node, others] = await Promise.all([nkeyUser(t), nkeyUser(t)]);
  const server = await startNatsServer(t, { config: node.config });
  const refusals: { readonly atMs: number; readonly problem: McpError }[] = [];
  const onProblem = (problem: McpError) => {
    if (isCredentialRefusal(problem)) refusals.push({ atMs: Date.now(), problem });
  };
  const bus = await connectNodeBus(settingsFor(server, { creds: node.creds }), "rift", { onProblem });
  t.after(() => bus.close());
  await eventually(() => bus.isConnected(), { what: "connected" });
  await server.restart(others.config);
  await eventually(() => refusals.length >= 3, { what: "three refusals", timeoutMs: 30_000 });
  const [first, second, third] = refusals;
  assert.match(first?.problem.message ?? "", /refuses these credentials/);
  const waitsMs = [(second?.atMs ?? 0) - (first?.atMs ?? 0), (third?.atMs ?? 0) - (second?.atMs ?? 0)];
  assert.ok((waitsMs[0] ?? 0) >= 1_900 && (waitsMs[1] ?? 0) >= 3_900, `waited ${waitsMs.join(" and ")} ms`);
});

test("a node's bus starts without a server, fails calls at once, and connects when the server comes", async (t) => {
  const port = await freePort();
  const problems: McpError[] = [];
  const settings = settingsFor({ url: `nats://127.0.0.1:${port}` });
  const bus = await connectNodeBus(settings, "rift", { onProblem: (problem) => void problems.push(problem) });
  t.after(() => bus.close());
  const connects: boolean[] = [];
  bus.onConnect(() => connects.push(bus.isConnected()));
  assert.equal(bus.isConnected(), false);
  await assert.rejects(bus.readIndex(), (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  await eventually(() => problems.length > 0, { what: "a failed attempt is reported" });
  assert.equal(problems[0]?.code, "E_BUS_UNREACHABLE");
  await provisionedServer(t, { port });
  await eventually(() => connects.length > 0, { what: "connected" });
  assert.deepEqual(connects, [true]);
  assert.equal(await bus.readIndex(), undefined);
});

for (const scheme of ["nats", "ws"]) {
  test(`a node that tries a silent server again and again over ${scheme}:// keeps no connection to it`, async (t) => {
    const server = await speakingServer(t, "");
    const problems: McpError[] = [];
    const bus = await connectNodeBus(settingsFor({ url: server.url.replace("nats", scheme) }), "rift", {
      onProblem: (problem) => void problems.push(problem),
    });
    t.after(() => bus.close());
    await eventually(() => problems.length >= 2, { what: "two attempts", timeoutMs: 15_000 });
    await eventually(() => server.open() <= 1, { what: "at most the one of the attempt under way" });
    await bus.close();
    await eventually(() => server.open() === 0, { what: "none after the end", timeoutMs: 10_000 });
  });
}

test("a bus that is closed while no server answers stays closed", async (t) => {
  const port = await freePort();
  const bus = await connectNodeBus(settingsFor({ url: `nats://127.0.0.1:${port}` }), "rift", {
    onProblem: () => undefined,
  });
  await bus.close();
  const server = await startNatsServer(t, { port, config: "debug: true" });
  const other = await operatorBus(t, server);
  await other.facts();
  assert.equal(bus.isConnected(), false);
});

test("a missing stream is E_BUS_UNPROVISIONED for readers and writers", async (t) => {
  const server = await startNatsServer(t);
  const [bus, node] = await Promise.all([operatorBus(t, server), nodeBus(t, server)]);
  const unprovisioned = (error: unknown) => hasCode(error, "E_BUS_UNPROVISIONED");
  await assert.rejects(bus.listDesired(), unprovisioned);
  await assert.rejects(bus.readDesired("rift", "web"), unprovisioned);
  await assert.rejects(bus.writeDesired(desired(), 0), unprovisioned);
  await assert.rejects(node.readIndex(), unprovisioned);
});

test("facts tell the server's version, limits and round trip", async (t) => {
  const server = await provisionedServer(t, { version: "2.10" });
  const facts = await (await operatorBus(t, server)).facts();
  assert.match(facts.version, /^2\.10\./);
  assert.ok(facts.jetstream && facts.maxPayload >= 1_000_000 && facts.rttMs >= 0);
  assert.ok(facts.url.endsWith(`:${server.port}`));
});

test("a JetStream domain is spoken to by its name", async (t) => {
  const server = await startNatsServer(t, {
    jetstream: false,
    config: `jetstream { domain: hub, store_dir: "${await tempDir(t)}" }`,
  });
  const { provision } = await import("../../src/bus/admin/provision.ts");
  const settings = settingsFor(server, { domain: "hub" });
  await provision(settings, { replicas: 1, create: true });
  const bus = await connectOperatorBus(settings, AUTHOR);
  t.after(() => bus.close());
  const document = desired();
  await bus.writeDesired(document, 0);
  const node = await nodeBus(t, server, "rift", { domain: "hub" });
  assert.deepEqual(await node.readDesired("web"), document);
  assert.deepEqual(
    (await bus.listDesired()).map((stored) => stored.document),
    [document],
  );
});
