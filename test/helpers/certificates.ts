/** A certificate authority for one test, with server certificates: valid, expired, for other names. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface Authority {
  /** Its own certificate: what clients name as `ca`. */
  readonly caPath: string;
  /** A server's certificate, as the `tls {}` block of a nats.conf. */
  issue(own?: CertificateOptions): Promise<string>;
}

export interface CertificateOptions {
  /** DNS names and IP addresses; default: this machine's. */
  readonly names?: readonly string[];
  readonly expired?: boolean;
  /** Days from now from which it is valid; default: two days ago. */
  readonly validFromDays?: number;
}

const DAY_MS = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export async function createAuthority(scope: Scope): Promise<Authority> {
  const dir = await tempDir(scope);
  const keys = await makeKeys();
  const usual = { signingAlgorithm: ALGORITHM, notBefore: daysFromNow(-2) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...usual,
    name: "CN=authority of a test",
    keys,
    notAfter: daysFromNow(2),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const caPath = join(dir, "ca.pem");
  await writeFile(caPath, ca.toString("pem"));
  const issued = { count: 0 };
  return {
    caPath,
    issue: async ({ names = ["localhost", "127.0.0.1"], expired = false, validFromDays = -2 } = {}) => {
      const own = await makeKeys();
      const alternatives = names.map((value) => ({
        type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
        value,
      }));
      const certificate = await x509.X509CertificateGenerator.create({
        ...usual,
        notBefore: daysFromNow(validFromDays),
        subject: `CN=${names[0]}`,
        issuer: ca.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        notAfter: daysFromNow(expired ? -1 : 2),
        extensions: [new x509.SubjectAlternativeNameExtension(alternatives)],
      });
      issued.count += 1;
      const files = { cert: join(dir, `${issued.count}.pem`), key: join(dir, `${issued.count}-key.pem`) };
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
      await writeFile(files.cert, certificate.toString("pem"));
      await writeFile(files.key, x509.PemConverter.encode(pkcs8, "PRIVATE KEY"), { mode: 0o600 });
      return `tls { cert_file: "${files.cert}", key_file: "${files.key}" }`;
    },
  };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);
