import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusSettings, checkSettings, wantsTls } from "../../../src/bus/settings.ts";
import { hasCode, messageOf } from "../../../src/schemas/error.ts";

const settings = (servers: string[], own: Partial<BusSettings> = {}): BusSettings => {
  return { servers, name: "test", inboxPrefix: "_INBOX_test", ...own };
};

test("plain text is allowed to this machine only", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) checkSettings(settings([`nats://${host}:4222`]));
  for (const host of ["bus.example.net", "10.0.0.1", "[fe80::1]", "localhost.example.net", "127.0.0.1.example.net"]) {
    assert.throws(
      () => checkSettings(settings(["nats://127.0.0.1:4222", `nats://${host}:4222`])),
      (error) => hasCode(error, "E_REFUSED"),
      host,
    );
  }
});

test("another machine is spoken to over TLS, or in plain text when told that it is insecure", () => {
  checkSettings(settings(["tls://bus.example.net:4222"]));
  checkSettings(settings(["nats://bus.example.net:4222"], { ca: "/etc/mcp/ca.pem" }));
  checkSettings(settings(["nats://bus.example.net:4222"], { insecure: true }));
});

test("one tls:// address, or a certificate authority, asks for TLS everywhere", () => {
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222"])), false);
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222", "tls://a.example.net"])), true);
  assert.equal(wantsTls(settings(["nats://127.0.0.1:4222"], { ca: "ca.pem" })), true);
});

test("what is no address is E_CONFIG", () => {
  for (const servers of [
    [],
    [""],
    ["bus.example.net:4222"],
    ["http://bus.example.net"],
    ["wss://bus.example.net"],
    ["tls://"],
  ]) {
    assert.throws(
      () => checkSettings(settings(servers)),
      (error) => hasCode(error, "E_CONFIG"),
      servers.join(),
    );
  }
});

test("a password in an address is refused and not shown", () => {
  for (const scheme of ["tls", "nats", "http"]) {
    assert.throws(
      () => checkSettings(settings([`${scheme}://kyle:hunter2@bus.example.net:4222`])),
      (error) => hasCode(error, "E_CONFIG") && !messageOf(error).includes("hunter2"),
    );
  }
});
