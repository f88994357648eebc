import assert from "node:assert/strict";
import { test } from "node:test";
import { hostAndPort, requireHost, requirePort, subjectOf } from "../../../../src/cli/server/server-hosts.ts";
import { hasCode } from "../../../../src/values/error.ts";

test("names and addresses are told apart, an IPv6 address in all its ways of writing", () => {
  const of = (address: string) => subjectOf([address]).addresses[0];
  assert.deepEqual(subjectOf(["bus.example.net", "192.0.2.7"]).names, ["bus.example.net"]);
  assert.equal(of("192.0.2.7"), "192.0.2.7");
  assert.equal(of("::1"), "::1");
  assert.equal(of("2001:DB8:0::7"), "2001:db8::7");
  assert.equal(of("fe80::1%eth0"), "fe80::1");
  assert.equal(of("::ffff:192.0.2.7"), "::ffff:c000:207");
  assert.equal(of("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
});

test("an IPv6 address stands in brackets before a port", () => {
  assert.equal(hostAndPort("2001:db8::7", 4222), "[2001:db8::7]:4222");
  assert.equal(hostAndPort("bus", 4222), "bus:4222");
});

test("what is no host and no port is refused", () => {
  const isUsage = (error: unknown) => hasCode(error, "E_USAGE");
  for (const text of ["", "tls://bus", "bus:4222", "bus_1", "-bus", "bus..net", "a b", '"', `${"a".repeat(64)}.net`]) {
    assert.throws(() => requireHost(text), isUsage, text);
  }
  for (const text of ["", "0", "65536", "1.5", "x"]) assert.throws(() => requirePort("--port", text), isUsage, text);
  assert.equal(requirePort("--port", "4222"), 4222);
});
