import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusSettings, checkSettings, plainTextWarning, wantsTls } from "../../../src/bus/connection/settings.ts";
import { hasCode, McpError, messageOf } from "../../../src/values/error.ts";

const settings = (servers: string[], own: Partial<BusSettings> = {}): BusSettings => {
  return { servers, name: "test", inboxPrefix: "_INBOX_test", ...own };
};

const OTHER_MACHINES = ["bus.example.net", "10.0.0.1", "[fe80::1]", "localhost.example.net", "127.0.0.1.example.net"];

for (const scheme of ["nats", "ws"]) {
  test(`${scheme}:// is plain text, and allowed to this machine only`, () => {
    for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"]) {
      checkSettings(settings([`${scheme}://${host}:4222`]));
    }
    for (const host of OTHER_MACHINES) {
      assert.throws(
        () => checkSettings(settings([`${scheme}://127.0.0.1:4222`, `${scheme}://${host}:4222`])),
        (error) => error instanceof McpError && hasCode(error, "E_REFUSED") && error.hint.includes("--insecure"),
        host,
      );
    }
  });
}

test("another machine is spoken to over TLS, or in plain text when told that it is insecure", () => {
  checkSettings(settings(["tls://bus.example.net:4222"]));
  checkSettings(settings(["wss://bus.example.net/nats"]));
  checkSettings(settings(["nats://bus.example.net:4222"], { ca: "/etc/mcp/ca.pem" }));
  checkSettings(settings(["nats://bus.example.net:4222"], { insecure: true }));
  checkSettings(settings(["ws://bus.example.net"], { insecure: true }));
});

test("what is insecure is said of each machine it concerns, and of no other", () => {
  const servers = ["nats://127.0.0.1", "nats://bus.example.net:4222", "nats://10.0.0.1:4222"];
  assert.match(
    plainTextWarning(settings(servers)) ?? "",
    /INSECURE: bus\.example\.net:4222, 10\.0\.0\.1:4222 is reached/,
  );
  assert.equal(plainTextWarning(settings(["nats://127.0.0.1"], { insecure: true })), undefined);
  assert.equal(plainTextWarning(settings(["tls://bus.example.net"], { insecure: true })), undefined);
});

test("one tls:// address, or a certificate authority, asks for TLS everywhere", () => {
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222"])), false);
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222", "tls://a.example.net"])), true);
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222"], { ca: "ca.pem" })), true);
  assert.equal(wantsTls(settings(["wss://a.example.net"])), true);
});

test("TCP and WebSockets are not mixed, nor are WebSockets with TLS and without", () => {
  for (const servers of [
    ["tls://a.example.net", "wss://b.example.net"],
    ["nats://127.0.0.1", "ws://127.0.0.1"],
    ["ws://127.0.0.1", "wss://b.example.net"],
  ]) {
    assert.throws(
      () => checkSettings(settings(servers)),
      (error) => hasCode(error, "E_CONFIG") && messageOf(error).includes("cannot be mixed"),
      servers.join(),
    );
  }
});

test("a certificate authority for an address that has no TLS is a mistake", () => {
  assert.throws(
    () => checkSettings(settings(["ws://127.0.0.1"], { ca: "ca.pem" })),
    (error) => hasCode(error, "E_CONFIG"),
  );
});

test("an invalid address is E_CONFIG", () => {
  for (const servers of [[], [""], ["bus.example.net:4222"], ["http://bus.example.net"], ["tls://"], ["tls://a,b"]]) {
    assert.throws(
      () => checkSettings(settings(servers)),
      (error) => hasCode(error, "E_CONFIG"),
      servers.join(),
    );
  }
});

test("a password or a token in an address is refused and not shown", () => {
  for (const scheme of ["tls", "nats", "http", "wss"]) {
    for (const address of ["kyle:hunter2@bus.example.net:4222", "bus.example.net/?token=hunter2"]) {
      assert.throws(
        () => checkSettings(settings([`${scheme}://${address}`])),
        (error) => hasCode(error, "E_CONFIG") && !messageOf(error).includes("hunter2"),
      );
    }
  }
});
