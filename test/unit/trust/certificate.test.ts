import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createAuthority, createServerCertificate } from "../../../src/trust/certificate.ts";
import { integer, oid, time } from "../../../src/trust/der.ts";
import { testCases } from "../../helpers/test-cases.ts";

const NOW = new Date("2026-03-04T05:06:07.890Z");
const authority = { ...createAuthority("mcp bus", NOW), commonName: "mcp bus" };

function issued(names: readonly string[], addresses: readonly Uint8Array[] = []) {
  const made = createServerCertificate(authority, { names, addresses }, NOW);
  return { made, parsed: new X509Certificate(made.certificate) };
}

describe("a server's certificate", () => {
  test("is its authority's, for the names and addresses given and for nobody else", () => {
    const v6 = Uint8Array.from([0x20, 0x01, 0x0d, 0xb8, ...new Array<number>(11).fill(0), 7]);
    const { made, parsed } = issued(["bus.example.net", "bus"], [Uint8Array.of(192, 0, 2, 7), v6]);
    const root = new X509Certificate(authority.certificate);
    assert.ok(parsed.checkIssued(root) && parsed.verify(root.publicKey));
    assert.ok(parsed.checkPrivateKey(createPrivateKey(made.key)));
    for (const name of ["bus.example.net", "bus"]) assert.equal(parsed.checkHost(name), name);
    for (const address of ["192.0.2.7", "2001:db8::7"]) assert.equal(parsed.checkIP(address), address);
    assert.equal(parsed.checkHost("other.example.net"), undefined);
    assert.deepEqual([parsed.ca, root.ca], [false, true]);
    assert.deepEqual(parsed.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  });

  test("counts from the day before, for two years, the authority's for ten", () => {
    const { parsed } = issued(["bus"]);
    assert.equal(Date.parse(parsed.validFrom), Date.parse("2026-03-03T05:06:07Z"));
    assert.equal(Date.parse(parsed.validTo), Date.parse("2028-03-03T05:06:07Z"));
    const root = new X509Certificate(authority.certificate);
    assert.equal(Date.parse(root.validTo), Date.parse("2036-03-01T05:06:07Z"));
  });

  test("is called by the first name that fits, and has a number of its own", () => {
    const long = `${"a".repeat(63)}.example.net`;
    assert.equal(issued([long, "bus.example.net"]).parsed.subject, "CN=bus.example.net");
    assert.equal(issued([long]).parsed.subject, "CN=nats-server");
    assert.notEqual(issued(["bus"]).parsed.serialNumber, issued(["bus"]).parsed.serialNumber);
  });
});

describe("DER", () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

  test("writes object identifiers as their standard shows them", () => {
    assert.equal(hex(oid("1.2.840.113549")), "06062a864886f70d");
    assert.equal(hex(oid("2.5.29.17")), "0603551d11");
  });

  test("writes numbers short and not negative", () => {
    assert.equal(hex(integer(Uint8Array.of(0, 0))), "020100");
    assert.equal(hex(integer(Uint8Array.of(0, 127))), "02017f");
    assert.equal(hex(integer(Uint8Array.of(128))), "02020080");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const der = integer(bytes);
        const content = der.subarray(
          der.length -
            Math.max(
              1,
              Buffer.from(bytes)
                .toString("hex")
                .replace(/^(00)+/, "").length / 2,
            ),
        );
        assert.equal(BigInt(`0x${hex(content)}`), BigInt(`0x${hex(bytes)}`));
      }),
      { numRuns: testCases() },
    );
  });

  test("writes years of four digits from 2050 on", () => {
    assert.equal(
      Buffer.from(time(new Date("2049-12-31T23:59:59Z")))
        .toString("latin1")
        .slice(2),
      "491231235959Z",
    );
    assert.equal(
      Buffer.from(time(new Date("2050-01-01T00:00:00Z")))
        .toString("latin1")
        .slice(2),
      "20500101000000Z",
    );
  });
});
