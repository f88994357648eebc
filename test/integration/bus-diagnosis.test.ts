/** A first connection that fails says what is wrong and which line to change, against real servers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import { dial, dialOnly } from "../../src/bus/connection/connect.ts";
import { diagnosed } from "../../src/bus/connection/diagnose.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { McpError, messageOf } from "../../src/values/error.ts";
import { createAuthority } from "../helpers/certificates.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { runCli } from "../helpers/run-cli.ts";
import type { Scope } from "../helpers/scope.ts";
import { desired, provisionedServer, settingsFor } from "./bus-fixtures.ts";

const DAY_MS = 86_400_000;

const settings = (url: string, own: Partial<BusSettings> = {}) => settingsFor({ url }, own);

async function failure(connecting: Promise<{ close(): Promise<void> }>): Promise<McpError> {
  try {
    await (await connecting).close();
  } catch (error) {
    assert.ok(error instanceof McpError, messageOf(error));
    return error;
  }
  assert.fail("it connected");
}

interface Servers {
  readonly ca: string;
  /** `host:port` of a listener, by what it speaks. */
  readonly at: Readonly<Record<"nats" | "tls" | "ws" | "wss", string>>;
}

async function everyKind(scope: Scope): Promise<Servers> {
  const authority = await createAuthority(scope);
  const tls = await authority.issue();
  const [ws, wss] = [await freePort(), await freePort()];
  const plain = await startNatsServer(scope, { config: `websocket { listen: "127.0.0.1:${ws}", no_tls: true }` });
  const safe = await startNatsServer(scope, { config: `${tls}\nwebsocket { listen: "127.0.0.1:${wss}", ${tls} }` });
  const host = (port: number) => `127.0.0.1:${port}`;
  return {
    ca: authority.caPath,
    at: { nats: host(plain.port), tls: host(safe.port), ws: host(ws), wss: host(wss) },
  };
}

const SPEAKS = {
  nats: "NATS without TLS",
  tls: "NATS over TLS",
  ws: "WebSocket without TLS",
  wss: "WebSocket over TLS",
} as const;

test("an address with another scheme than the port speaks: the error names both, and the line to write", async (t) => {
  const { at, ca } = await everyKind(t);
  const schemes = ["nats", "tls", "ws", "wss"] as const;
  for (const spoken of schemes) {
    for (const scheme of schemes.filter((one) => one !== spoken)) {
      const own = scheme === "tls" || scheme === "wss" ? { ca } : {};
      const error = await failure(dial(settings(`${scheme}://${at[spoken]}`, own)));
      const pair = `${scheme}:// to ${spoken}: ${messageOf(error)}; ${error.hint}`;
      assert.equal(error.code, "E_BUS_UNREACHABLE", pair);
      assert.ok(
        messageOf(error).endsWith(`${at[spoken]} speaks ${SPEAKS[spoken]}, and the settings say ${scheme}://`),
        pair,
      );
      assert.ok(error.hint.includes(`servers = ["${spoken}://${at[spoken]}"]`), pair);
      assert.doesNotMatch(messageOf(error), /timeout|openssl|wrong version/i);
    }
  }
});

test("nats:// to a TLS server of an own authority also names `ca`", async (t) => {
  const { at } = await everyKind(t);
  const { hint } = await failure(dial(settings(`nats://${at.tls}`)));
  assert.match(hint, /^write `servers = \["tls:\/\/.*"\]`, and `ca = "<PEM file of its authority>"` under \[bus\]$/);
});

test("tls:// to a server without TLS names `tls {}` of nats.conf, and plain text only for this machine", async (t) => {
  const { at } = await everyKind(t);
  const own = await failure(dial(settings(`tls://${at.nats}`)));
  assert.match(own.hint, /add `tls \{\}` to nats\.conf on the server, or on this machine write `servers = \["nats:/);
});

test("a server that wants the TLS handshake first is named as such", async (t) => {
  const authority = await createAuthority(t);
  const tls = (await authority.issue()).replace("tls {", "tls { handshake_first: true, ");
  const { port } = await startNatsServer(t, { config: tls });
  const error = await failure(dial(settings(`tls://127.0.0.1:${port}`, { ca: authority.caPath })));
  assert.match(error.hint, /remove `handshake_first` from `tls \{\}` in nats\.conf/);
});

test('a port where nobody answers is no "timeout"', async (t) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined))).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const error = await failure(dial(settings(`nats://127.0.0.1:${port}`)));
  assert.match(messageOf(error), /cannot reach the bus at nats:\/\/127\.0\.0\.1:\d+: no answer within 3 s$/);
  assert.match(error.hint, /check host and port in `servers` under \[bus\], firewalls/);
});

test('a call that gets no answer is no "timeout" either', async (t) => {
  const server = await provisionedServer(t);
  const bus = await connectOperatorBus(settings(server.url), { author: "kyle@desk" });
  t.after(() => bus.close());
  server.pause();
  const answer = await bus.readDesired("rift", "web").catch((error: unknown) => error);
  server.resume();
  assert.match(messageOf(answer), /the bus did not answer in time$/);
});

describe("a clock that is days off", () => {
  test("is named with the certificate's dates, over TLS", async (t) => {
    const authority = await createAuthority(t);
    const { port } = await startNatsServer(t, { config: await authority.issue({ validFromDays: 1 }) });
    const error = await failure(dial(settings(`tls://127.0.0.1:${port}`, { ca: authority.caPath })));
    const dates = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
    const said = `the server's certificate is valid from ${dates} to ${dates}, and this machine's clock says ${dates}$`;
    assert.match(messageOf(error), new RegExp(said));
    assert.match(error.hint, /^if the clock is wrong: `timedatectl set-ntp true`$/);
  });

  test("is compared with the server's own, over WebSocket", async (t) => {
    const authority = await createAuthority(t);
    const port = await freePort();
    const tls = await authority.issue({ validFromDays: 1 });
    await startNatsServer(t, { config: `websocket { listen: "127.0.0.1:${port}", ${tls} }` });
    const own = settings(`wss://127.0.0.1:${port}`, { ca: authority.caPath });
    const error = await diagnosed(own, await failure(dialOnly(own)), Date.now() - 2 * DAY_MS);
    assert.match(messageOf(error), /this machine's clock says .*, which is 2 days behind the server's$/);
  });

  test("is reported by a node that connects in the background", async (t) => {
    const authority = await createAuthority(t);
    const { port } = await startNatsServer(t, { config: await authority.issue({ validFromDays: 1 }) });
    const problems: McpError[] = [];
    const bus = await connectNodeBus(settings(`tls://127.0.0.1:${port}`, { ca: authority.caPath }), "rift", {
      onProblem: (problem) => void problems.push(problem),
    });
    t.after(() => bus.close());
    await eventually(() => problems.length >= 2, { what: "two attempts are reported", timeoutMs: 15_000 });
    for (const problem of problems) assert.match(messageOf(problem), /this machine's clock says/);
  });
});

describe("a server that accepts smaller messages than mcp needs", () => {
  test("is warned of by provisioning, with the line of nats.conf", async (t) => {
    const server = await startNatsServer(t, { config: "max_payload: 65536" });
    const { warnings } = await provision(settings(server.url), { replicas: 1, create: true });
    assert.ok(warnings.some((warning) => /at most 65536 bytes .*set `max_payload: 1MB` in nats\.conf/.test(warning)));
  });

  test("is what mcp doctor fails at", async (t) => {
    const { url } = await provisionedServer(t, { config: "max_payload: 65536" });
    const { code, stdout } = await runCli(["doctor"], {
      real: true,
      env: { HOME: "/nonexistent", MCP_BUS_SERVERS: url },
    });
    assert.equal(code, 8);
    assert.match(
      stdout,
      /^fail +bus-payload +the server accepts only messages of up to 64\.0 KiB;.*\n +→ set `max_payload: 1MB`/m,
    );
  });

  test("is named by the write that it refuses", async (t) => {
    const server = await provisionedServer(t, { config: "max_payload: 4096" });
    const bus = await connectOperatorBus(settings(server.url), { author: "kyle@desk" });
    t.after(() => bus.close());
    const written = bus.writeDesired(desired({ message: "x".repeat(5000) }), 0);
    const error = await written.catch((cause: unknown) => cause);
    assert.ok(error instanceof McpError);
    assert.match(error.hint, /set `max_payload: 1MB` in nats\.conf/);
  });
});

test("a server as `mcp bus init` configures it is provisioned without a warning", async (t) => {
  const server = await startNatsServer(t);
  assert.deepEqual((await provision(settings(server.url), { replicas: 1, create: true })).warnings, []);
});
