/**
 * The keys of NATS: Ed25519 pairs whose text begins with what they are for (operator, account, user; curve keys seal and
 * do not sign). Text is made and checked by the nkeys package; signing is node:crypto's, 0.06 ms against 10.8 ms for the
 * package's JavaScript. A seed never gets into a message.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import {
  createAccount,
  createCurve,
  createOperator,
  createUser,
  fromCurveSeed,
  fromPublic,
  fromSeed,
} from "@nats-io/nkeys";
import { McpError } from "../values/error.ts";
import { fromBase32 } from "./base32.ts";
import { rememberLast } from "./remember-last.ts";

export type KeyKind = "operator" | "account" | "user" | "curve";

export interface KeyPair {
  readonly publicKey: string;
  /** Secret. */
  readonly seed: string;
}

export interface SigningKey {
  readonly publicKey: string;
  sign(data: Uint8Array): Uint8Array;
}

/** Seals messages for one other key and opens its messages. Opening proves that the other key, or the own one, sealed it. */
export interface CurveKey {
  readonly publicKey: string;
  /** @param to public curve key */
  seal(data: Uint8Array, to: string): Uint8Array;
  /** Undefined for what `from` has not sealed for this key, or was altered since. Never throws. */
  open(data: Uint8Array, from: string): Uint8Array | undefined;
}

const MAKERS = { operator: createOperator, account: createAccount, user: createUser, curve: createCurve };
const LETTERS: Readonly<Record<string, KeyKind>> = { O: "operator", A: "account", U: "user", X: "curve" };

/** DER around an Ed25519 key (RFC 8410), up to its 32 bytes. In a seed these come after two bytes, in a public key after one. */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE_BYTES = 64;
/** Of operators and of those who admitted them. */
const REMEMBERED_KEYS = 64;

export function createKey(kind: KeyKind): KeyPair {
  const pair = MAKERS[kind]();
  return { publicKey: pair.getPublicKey(), seed: Buffer.from(pair.getSeed()).toString() };
}

/**
 * The pair that a seed makes, curve keys too.
 * @throws McpError E_CONFIG for what is not a seed, or one of another kind
 */
export function keyPairOf(seed: string, kind: KeyKind): KeyPair {
  try {
    const bytes = Buffer.from(seed);
    const publicKey = (kind === "curve" ? fromCurveSeed(bytes) : fromSeed(bytes)).getPublicKey();
    if (kindOf(publicKey) !== kind) throw new Error("it is one of another kind");
    return { publicKey, seed };
  } catch (cause) {
    throw new McpError("E_CONFIG", `this is not the seed of a key of kind ${kind}`, { cause });
  }
}

/** @throws McpError E_CONFIG for what is not a seed, or one of a key that does not sign */
export function signingKeyOf(seed: string): SigningKey {
  try {
    const pair = fromSeed(Buffer.from(seed)); // checks the checksum
    if (kindOf(seed.slice(1)) === "curve") throw new Error("a curve key does not sign");
    const der = Buffer.concat([PRIVATE_PREFIX, fromBase32(seed).subarray(2, 34)]);
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    return {
      // Derived when somebody asks: it takes the package 7 ms, and a JWT names its key already.
      get publicKey() {
        return pair.getPublicKey();
      },
      sign: (data) => sign(null, data, key),
    };
  } catch (cause) {
    throw new McpError("E_CONFIG", "this is not the seed of a signing key", { cause });
  }
}

/** @throws McpError E_CONFIG for what is not a seed of a curve key */
export function curveKeyOf(seed: string): CurveKey {
  try {
    const pair = fromCurveSeed(Buffer.from(seed));
    return {
      publicKey: pair.getPublicKey(),
      seal: (data, to) => pair.seal(data, to),
      open: (data, from) => opened(() => pair.open(data, from)),
    };
  } catch (cause) {
    throw new McpError("E_CONFIG", "this is not the seed of a curve key", { cause });
  }
}

function opened(open: () => Uint8Array | null): Uint8Array | undefined {
  try {
    return open() ?? undefined;
  } catch {
    return undefined; // no seal at all, or not from a curve key
  }
}

/** False also for what is not a public key of a signing key, or not a signature. Never throws. */
export function verifySignature(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    return verify(null, data, verifyingKeyOf(publicKey), signature);
  } catch {
    return false; // no such key, or bytes that are not a point of the curve
  }
}

const verifyingKeyOf = rememberLast(REMEMBERED_KEYS, (publicKey): KeyObject => {
  if (!isPublicKey(publicKey) || kindOf(publicKey) === "curve") throw new TypeError("no key that signs");
  const der = Buffer.concat([PUBLIC_PREFIX, fromBase32(publicKey).subarray(1, 33)]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
});

/** As verifySignature, of base64url in its one canonical form: whoever changes the text has changed the signature. */
export function verifyText(publicKey: string, data: Uint8Array, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  return bytes.toString("base64url") === signature && verifySignature(publicKey, data, bytes);
}

/** What a public key is for, by its first letter; undefined for any other text. Not whether the rest is in order. */
export function kindOf(publicKey: string): KeyKind | undefined {
  return LETTERS[publicKey[0] ?? ""];
}

/** True for the public key of one of these kinds with a right checksum; without `kind` of any. */
export function isPublicKey(text: string, kind?: KeyKind): boolean {
  if (!/^[OAUX][A-Z2-7]{55}$/.test(text) || (kind !== undefined && kindOf(text) !== kind)) return false;
  try {
    fromPublic(text);
    return true;
  } catch {
    return false; // a wrong checksum
  }
}
