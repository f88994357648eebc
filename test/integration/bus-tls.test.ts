/** Encrypted connections to real servers, over TCP and over WebSockets: whom a client trusts, and what it refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { dial } from "../../src/bus/connection/connect.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { hasCode, McpError, messageOf } from "../../src/values/error.ts";
import { type Authority, type CertificateOptions, createAuthority } from "../helpers/certificates.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { type NatsServerOptions, startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { desired, nodeBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

type Kind = "tls" | "wss";
type Version = NonNullable<NatsServerOptions["version"]>;

interface SafeServer {
  readonly ca: string;
  /** `tls://<host>:port` or `wss://<host>:port` */
  url(host?: string): string;
  restart(tls: string): Promise<void>;
  output(): string;
}

const WITHOUT_TLS = "no_tls: true";

/** A server that takes clients of this kind only with the certificate asked for. */
async function safeServer(
  scope: Scope,
  kind: Kind,
  own: CertificateOptions & { readonly version?: Version; readonly authority?: Authority } = {},
): Promise<SafeServer> {
  const authority = own.authority ?? (await createAuthority(scope));
  const webSocketPort = await freePort();
  const configOf = (tls: string) => (kind === "tls" ? tls : webSocketBlock(webSocketPort, tls));
  const server = await startNatsServer(scope, {
    config: configOf(await authority.issue(own)),
    version: own.version ?? "newest",
  });
  const port = kind === "tls" ? server.port : webSocketPort;
  return {
    ca: authority.caPath,
    url: (host = "localhost") => `${kind}://${host}:${port}`,
    restart: (tls) => server.restart(configOf(tls)),
    output: () => server.output(),
  };
}

const webSocketBlock = (port: number, tls: string) => `websocket { listen: "127.0.0.1:${port}", ${tls} }`;

const settings = (servers: readonly string[], own: Partial<BusSettings> = {}) => ({
  ...settingsFor({ url: "" }),
  servers,
  ...own,
});

/** The failure of a first connection, for its code and its hint. */
async function refusal(of: BusSettings): Promise<McpError> {
  try {
    await (await dial(of)).close();
  } catch (error) {
    assert.ok(error instanceof McpError, messageOf(error));
    return error;
  }
  assert.fail("it connected");
}

for (const kind of ["tls", "wss"] as const) {
  for (const version of ["newest", "2.10"] as const) {
    test(`${kind}, nats-server ${version}: a server with a certificate from one's own authority is trusted by name and by address`, async (t) => {
      const server = await safeServer(t, kind, { version });
      for (const host of ["localhost", "127.0.0.1"]) {
        const bus = await connectOperatorBus(settings([server.url(host)], { ca: server.ca }), { author: "kyle@desk" });
        t.after(() => bus.close());
        assert.ok((await bus.facts()).rttMs >= 0);
      }
    });
  }

  test(`${kind}: without \`ca\` the system's authorities decide, and theirs this one is not`, async (t) => {
    const server = await safeServer(t, kind);
    const error = await refusal(settings([server.url()]));
    assert.ok(hasCode(error, "E_BUS_UNREACHABLE"));
    assert.match(error.hint, /authority that is not trusted here: add `ca = "<its PEM file>"` under \[bus\]/);
  });

  test(`${kind}: a certificate from another authority is refused`, async (t) => {
    const [server, other] = await Promise.all([safeServer(t, kind), createAuthority(t)]);
    assert.match((await refusal(settings([server.url()], { ca: other.caPath }))).hint, /not trusted here/);
  });

  test(`${kind}: an expired certificate is refused`, async (t) => {
    const server = await safeServer(t, kind, { expired: true });
    const error = await refusal(settings([server.url()], { ca: server.ca }));
    assert.match(error.hint, /has expired: renew it/);
  });

  test(`${kind}: a certificate for other names is refused`, async (t) => {
    const server = await safeServer(t, kind, { names: ["bus.example.net"] });
    for (const host of ["localhost", "127.0.0.1"]) {
      const error = await refusal(settings([server.url(host)], { ca: server.ca }));
      assert.match(error.hint, /is for other names/);
    }
  });

  test(`${kind}: by its address a server is trusted for that address alone, whatever name it has beside`, async (t) => {
    const server = await safeServer(t, kind, { names: ["127.0.0.1"] });
    await (await dial(settings([server.url("127.0.0.1")], { ca: server.ca }))).close();
    assert.match((await refusal(settings([server.url()], { ca: server.ca }))).hint, /is for other names/);
    const named = await safeServer(t, kind, { names: ["localhost"] });
    const error = await refusal(settings([named.url("127.0.0.1")], { ca: named.ca }));
    assert.match(error.hint, /is for other names/);
  });

  test(`${kind}: the system's authorities are those of SSL_CERT_FILE, where that is set`, async (t) => {
    const server = await safeServer(t, kind);
    const before = process.env["SSL_CERT_FILE"];
    t.after(() => {
      if (before === undefined) delete process.env["SSL_CERT_FILE"];
      else process.env["SSL_CERT_FILE"] = before;
    });
    process.env["SSL_CERT_FILE"] = server.ca;
    await (await dial(settings([server.url()]))).close();
  });

  test(`${kind}: a server that comes back with a stranger's certificate is not talked to until it has its own again`, async (t) => {
    const [authority, stranger] = await Promise.all([createAuthority(t), createAuthority(t)]);
    const server = await safeServer(t, kind, { authority });
    const bus = await nodeBus(t, { url: server.url() }, "rift", { ca: server.ca });
    await server.restart(await stranger.issue());
    await eventually(() => /handshake error/i.test(server.output()), {
      what: "the server is tried",
      timeoutMs: 15_000,
    });
    assert.equal(bus.isConnected(), false);
    await server.restart(await authority.issue());
    await eventually(() => bus.isConnected(), { what: "connected again", timeoutMs: 15_000 });
  });
}

test("a server that offers no TLS is refused before it learns anything, and the hint says so", async (t) => {
  const server = await startNatsServer(t);
  const error = await refusal(settings([`tls://127.0.0.1:${server.port}`]));
  assert.ok(hasCode(error, "E_BUS_UNREACHABLE"));
  assert.match(error.hint, /offers no TLS, so nothing was sent to it: add `tls \{\}` to nats\.conf/);
});

test("a WebSocket server that offers no TLS is refused over wss://, and used over ws:// on this machine", async (t) => {
  const port = await freePort();
  await startNatsServer(t, { config: webSocketBlock(port, WITHOUT_TLS) });
  assert.match((await refusal(settings([`wss://127.0.0.1:${port}`]))).hint, /offers no TLS/);
  const connection = await dial(settings([`ws://127.0.0.1:${port}`]));
  assert.ok((await connection.rtt()) >= 0);
  await connection.close();
});

test("desired state goes over WebSockets as over TCP", async (t) => {
  const authority = await createAuthority(t);
  const port = await freePort();
  await provisionedServer(t, { config: webSocketBlock(port, await authority.issue()) });
  const url = `wss://localhost:${port}`;
  const bus = await connectOperatorBus(settings([url], { ca: authority.caPath }), { author: "kyle@desk" });
  t.after(() => bus.close());
  const document = desired();
  await bus.writeDesired(document, 0);
  const node = await nodeBus(t, { url }, "rift", { ca: authority.caPath });
  assert.deepEqual(await node.readDesired("web"), document);
});
