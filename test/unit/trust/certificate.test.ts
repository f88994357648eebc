import "reflect-metadata";
import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import * as x509 from "@peculiar/x509";
import { createAuthority, createServerCertificate } from "../../../src/trust/certificate.ts";

const NOW = new Date("2026-03-04T05:06:07.890Z");
const authority = await createAuthority("mcp bus", NOW);

async function issued(names: readonly string[], addresses: readonly string[] = []) {
  const made = await createServerCertificate(authority, { names, addresses }, NOW);
  return { made, parsed: new X509Certificate(made.certificate) };
}

describe("a server's certificate", () => {
  test("is its authority's, for the names and addresses given and for nobody else", async () => {
    const { made, parsed } = await issued(["bus.example.net", "bus"], ["192.0.2.7", "2001:db8::7"]);
    const root = new X509Certificate(authority.certificate);
    assert.ok(parsed.checkIssued(root) && parsed.verify(root.publicKey));
    assert.ok(parsed.checkPrivateKey(createPrivateKey(made.key)));
    for (const name of ["bus.example.net", "bus"]) assert.equal(parsed.checkHost(name), name);
    for (const address of ["192.0.2.7", "2001:db8::7"]) assert.equal(parsed.checkIP(address), address);
    assert.equal(parsed.checkHost("other.example.net"), undefined);
    assert.deepEqual([parsed.ca, root.ca], [false, true]);
    assert.deepEqual(parsed.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  });

  test("counts from the day before, for two years, the authority's for ten", async () => {
    const { parsed } = await issued(["bus"]);
    assert.equal(Date.parse(parsed.validFrom), Date.parse("2026-03-03T05:06:07Z"));
    assert.equal(Date.parse(parsed.validTo), Date.parse("2028-03-03T05:06:07Z"));
    const root = new X509Certificate(authority.certificate);
    assert.equal(Date.parse(root.validTo), Date.parse("2036-03-01T05:06:07Z"));
  });

  test("is called by the first name that fits, and has a number of its own", async () => {
    const long = `${"a".repeat(63)}.example.net`;
    assert.equal((await issued([long, "bus.example.net"])).parsed.subject, "CN=bus.example.net");
    assert.equal((await issued([long])).parsed.subject, "CN=nats-server");
    assert.notEqual((await issued(["bus"])).parsed.serialNumber, (await issued(["bus"])).parsed.serialNumber);
  });

  test("counts in whole seconds, in years of four digits from 2050 on", async () => {
    const late = await createAuthority("mcp bus", new Date("2045-03-04T05:06:07.890Z"));
    const der = new X509Certificate(late.certificate).raw.toString("latin1");
    assert.ok(der.includes("\x17\x0d450303050607Z\x18\x0f20550302050607Z"));
  });

  test("names its authority's key, which may sign certificates for servers alone", async () => {
    const [root, server] = [authority.certificate, (await issued(["bus"])).made.certificate].map(
      (text) => new x509.X509Certificate(text),
    );
    const keyId = root?.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
    assert.match(keyId ?? "", /^[0-9a-f]{40}$/);
    assert.equal(server?.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId, keyId);
    assert.notEqual(server?.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId, keyId);
    const { critical, ca, pathLength } = root?.getExtension(x509.BasicConstraintsExtension) ?? {};
    assert.deepEqual({ critical, ca, pathLength }, { critical: true, ca: true, pathLength: 0 });
    const usages = [root, server].map((one) => one?.getExtension(x509.KeyUsagesExtension)?.usages);
    assert.deepEqual(usages, [
      x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
      x509.KeyUsageFlags.digitalSignature,
    ]);
  });
});
