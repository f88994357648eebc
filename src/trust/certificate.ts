/**
 * Certificates for the servers of a bus (X.509 v3, RFC 5280) from an authority made for this bus alone: ECDSA over P-256,
 * one shape each. The certificates' checks are TLS's; nothing here reads any.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { bits, type Der, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from "./der.ts";

/** PEM texts. */
export interface Certified {
  readonly certificate: string;
  /** PKCS#8; secret. */
  readonly key: string;
}

/** Whom a server's certificate is for, as clients dial it. */
export interface Subject {
  readonly names: readonly string[];
  /** 4 or 16 bytes each. */
  readonly addresses: readonly Uint8Array[];
}

const DAY_MS = 86_400_000;
/** Replacing the authority means visiting every node. */
export const AUTHORITY_DAYS = 3_650;
export const SERVER_DAYS = 730;
/** Clocks that are slow shall accept it at once. */
const BEFORE_MS = DAY_MS;

const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const MAX_COMMON_NAME = 64;
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
/** Servers of a cluster dial each other. */
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const SIGNATURE_BIT = bits(Uint8Array.of(0x80), 7);
const SIGN_CERTIFICATES_BITS = bits(Uint8Array.of(0x06), 1);

/** A new authority, which vouches for servers of this bus. */
export function createAuthority(commonName: string, now: Date): Certified {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const name = nameOf(commonName);
  const extensions = [
    critical("2.5.29.19", sequence(yes(), integer(Uint8Array.of(0)))), // an authority, with none below it
    critical("2.5.29.15", SIGN_CERTIFICATES_BITS),
  ];
  const facts = { name, issuer: name, authorityKey: key, key, days: AUTHORITY_DAYS, now, extensions };
  return { certificate: certificateOf(facts), key };
}

/** A certificate with a new key for the server that is dialled under these names, signed by the authority. */
export function createServerCertificate(
  authority: Certified & { readonly commonName: string },
  server: Subject,
  now: Date,
) {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const dialled = [
    ...server.names.map((name) => implicit(2, Buffer.from(name, "latin1"))),
    ...server.addresses.map((address) => implicit(7, address)),
  ];
  const extensions = [
    critical("2.5.29.19", sequence()),
    critical("2.5.29.15", SIGNATURE_BIT),
    extension("2.5.29.37", sequence(oid(SERVER_AUTH), oid(CLIENT_AUTH))),
    extension("2.5.29.17", sequence(...dialled)),
  ];
  const issuer = nameOf(authority.commonName);
  const name = nameOf(server.names.find(({ length }) => length <= MAX_COMMON_NAME) ?? "nats-server");
  const certificate = certificateOf({
    name,
    issuer,
    authorityKey: authority.key,
    key,
    days: SERVER_DAYS,
    now,
    extensions,
  });
  return { certificate, key } satisfies Certified;
}

interface CertificateFacts {
  readonly name: Der;
  readonly issuer: Der;
  /** PEM, of the authority that signs. */
  readonly authorityKey: string;
  /** PEM, of the one it is for. */
  readonly key: string;
  readonly days: number;
  readonly now: Date;
  readonly extensions: readonly Der[];
}

function certificateOf(facts: CertificateFacts): string {
  const { name, issuer, authorityKey, key, days, now, extensions } = facts;
  const until = new Date(now.getTime() + days * DAY_MS);
  const keyIds = [
    extension("2.5.29.14", octets(keyId(key))),
    extension("2.5.29.35", sequence(implicit(0, keyId(authorityKey)))),
  ];
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))), // version 3
    integer(Buffer.concat([Uint8Array.of(0x01), randomBytes(15)])),
    ECDSA_SHA256,
    issuer,
    sequence(time(new Date(now.getTime() - BEFORE_MS)), time(until)),
    name,
    Uint8Array.from(publicPart(key)),
    explicit(3, sequence(...extensions, ...keyIds)),
  );
  const signature = sign("sha256", body, createPrivateKey(authorityKey));
  return pem(sequence(body, ECDSA_SHA256, bits(signature)));
}

const nameOf = (commonName: string) => sequence(set(sequence(oid(COMMON_NAME), utf8(commonName))));
const extension = (id: string, value: Der) => sequence(oid(id), octets(value));
const critical = (id: string, value: Der) => sequence(oid(id), yes(), octets(value));
const publicPart = (key: string) => createPublicKey(key).export({ format: "der", type: "spki" });
const keyId = (key: string) => createHash("sha256").update(publicPart(key)).digest().subarray(0, 20);

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
