/**
 * Creates certificates for the servers of a bus (X.509 v3, RFC 5280, ECDSA over P-256) from an authority for this bus only.
 * The build puts this module and its library into a separate file, so it imports none of our code.
 */
import "reflect-metadata"; // first: the library needs it when it loads
import { createPrivateKey, KeyObject, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  type X509CertificateCreateWithKeyParams,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** PEM texts. */
export interface Certified {
  readonly certificate: string;
  /** PKCS#8; secret. */
  readonly key: string;
}

/** The host names and addresses of a server's certificate. */
export interface Subject {
  readonly names: readonly string[];
  /** As text; IPv6 only with hexadecimal groups, without a zone. */
  readonly addresses: readonly string[];
}

const DAY_MS = 86_400_000;
/** Replacing the authority means visiting every node. */
const AUTHORITY_DAYS = 3_650;
const SERVER_DAYS = 730;
/** So that machines with slow clocks accept it at once. */
const BEFORE_MS = DAY_MS;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const MAX_COMMON_NAME = 64;

/** A new authority for the servers of this bus. */
export async function createAuthority(commonName: string, now: Date): Promise<Certified> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const { keyId } = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  const name = [{ CN: [commonName] }];
  return await certified(keys, {
    subject: name,
    issuer: name,
    signingKey: keys.privateKey,
    ...lifeOf(AUTHORITY_DAYS, now),
    extensions: [
      new BasicConstraintsExtension(true, 0, true), // no intermediate authorities
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new AuthorityKeyIdentifierExtension(keyId),
    ],
  });
}

/**
 * A certificate with a new key for the server with these names, signed by the authority.
 * @throws the library's error if the authority's PEM texts are damaged
 */
export async function createServerCertificate(authority: Certified, server: Subject, now: Date): Promise<Certified> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = new X509Certificate(authority.certificate);
  return await certified(keys, {
    subject: [{ CN: [server.names.find(({ length }) => length <= MAX_COMMON_NAME) ?? "nats-server"] }],
    issuer: issuer.subjectName, // byte for byte: some clients compare it
    signingKey: await signingKey(authority.key),
    ...lifeOf(SERVER_DAYS, now),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      // Servers of a cluster connect to each other.
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([
        ...server.names.map((value) => ({ type: "dns", value }) as const),
        ...server.addresses.map((value) => ({ type: "ip", value }) as const),
      ]),
      ...issuerKeyId(issuer),
    ],
  });
}

interface Facts extends Omit<X509CertificateCreateWithKeyParams, "publicKey" | "extensions"> {
  readonly extensions: readonly Extension[];
}

/** Certificate and key as PEM, for a new key pair. */
async function certified({ publicKey, privateKey }: webcrypto.CryptoKeyPair, facts: Facts): Promise<Certified> {
  const certificate = await X509CertificateGenerator.create({
    ...facts,
    publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [...facts.extensions, await SubjectKeyIdentifierExtension.create(publicKey)],
  });
  const key = KeyObject.from(privateKey).export({ format: "pem", type: "pkcs8" }).toString();
  return { certificate: `${certificate.toString("pem")}\n`, key };
}

/** Starts the day before. */
function lifeOf(days: number, now: Date): { readonly notBefore: Date; readonly notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - BEFORE_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
  };
}

/** The key id in the issuer's certificate. */
function issuerKeyId(issuer: X509Certificate): Extension[] {
  const own = issuer.getExtension(SubjectKeyIdentifierExtension);
  return own === null ? [] : [new AuthorityKeyIdentifierExtension(own.keyId)];
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]);
}
