/**
 * NATS keys: Ed25519 key pairs for operators, accounts and users, and curve keys, which encrypt instead of sign. The first
 * letter of a public key shows its kind. The nkeys package encodes and checks the text form; node:crypto signs (0.06 ms
 * instead of 10.8 ms). A seed never appears in a message.
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

/** Seals messages for another key and opens messages from it. Opening proves that one of the two keys sealed the message. */
export interface CurveKey {
  readonly publicKey: string;
  /** @param to public curve key */
  seal(data: Uint8Array, to: string): Uint8Array;
  /** Undefined if `from` did not seal it for this key, or it was changed. Never throws. */
  open(data: Uint8Array, from: string): Uint8Array | undefined;
}

const CREATE = { operator: createOperator, account: createAccount, user: createUser, curve: createCurve };
const LETTERS: Readonly<Record<string, KeyKind>> = { O: "operator", A: "account", U: "user", X: "curve" };

/** The DER header of an Ed25519 key (RFC 8410). The 32 bytes of the key follow after two bytes in a seed, after one in a public key. */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE_BYTES = 64;
/** Enough for the operators of a node and their issuers. */
const REMEMBERED_KEYS = 64;

export function createKey(kind: KeyKind): KeyPair {
  const pair = CREATE[kind]();
  return { publicKey: pair.getPublicKey(), seed: Buffer.from(pair.getSeed()).toString() };
}

/**
 * The key pair of a seed, also for curve keys.
 * @throws McpError E_CONFIG if it is not a seed of this kind
 */
export function keyPairOf(seed: string, kind: KeyKind): KeyPair {
  try {
    const bytes = Buffer.from(seed);
    const publicKey = (kind === "curve" ? fromCurveSeed(bytes) : fromSeed(bytes)).getPublicKey();
    if (kindOf(publicKey) !== kind) throw new Error("the seed is of another kind");
    return { publicKey, seed };
  } catch (cause) {
    throw new McpError("E_CONFIG", `not a valid seed of kind ${kind}`, { cause });
  }
}

/** @throws McpError E_CONFIG if it is not the seed of a signing key */
export function signingKeyOf(seed: string): SigningKey {
  try {
    const pair = fromSeed(Buffer.from(seed)); // verifies the checksum
    if (kindOf(seed.slice(1)) === "curve") throw new Error("a curve key cannot sign");
    const der = Buffer.concat([PRIVATE_PREFIX, fromBase32(seed).subarray(2, 34)]);
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    return {
      // Derived on demand: it takes 7 ms, and a JWT already contains the public key.
      get publicKey() {
        return pair.getPublicKey();
      },
      sign: (data) => sign(null, data, key),
    };
  } catch (cause) {
    throw new McpError("E_CONFIG", "not a valid seed of a signing key", { cause });
  }
}

/** @throws McpError E_CONFIG if it is not the seed of a curve key */
export function curveKeyOf(seed: string): CurveKey {
  try {
    const pair = fromCurveSeed(Buffer.from(seed));
    return {
      publicKey: pair.getPublicKey(),
      seal: (data, to) => pair.seal(data, to),
      open: (data, from) => opened(() => pair.open(data, from)),
    };
  } catch (cause) {
    throw new McpError("E_CONFIG", "not a valid seed of a curve key", { cause });
  }
}

function opened(open: () => Uint8Array | null): Uint8Array | undefined {
  try {
    return open() ?? undefined;
  } catch {
    return undefined; // not a sealed message, or `from` is not a curve key
  }
}

/** False also if the key or the signature is malformed. Never throws. */
export function verifySignature(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    return verify(null, data, verifyingKeyOf(publicKey), signature);
  } catch {
    return false; // not a key, or not a point of the curve
  }
}

const verifyingKeyOf = rememberLast(REMEMBERED_KEYS, (publicKey): KeyObject => {
  if (!isPublicKey(publicKey) || kindOf(publicKey) === "curve")
    throw new TypeError("not the public key of a signing key");
  const der = Buffer.concat([PUBLIC_PREFIX, fromBase32(publicKey).subarray(1, 33)]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
});

/** As verifySignature, for base64url. Only its canonical form is accepted, so a changed text is always a changed signature. */
export function verifyText(publicKey: string, data: Uint8Array, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  return bytes.toString("base64url") === signature && verifySignature(publicKey, data, bytes);
}

/** The kind of a public key, by its first letter; undefined for other letters. It does not check the rest. */
export function kindOf(publicKey: string): KeyKind | undefined {
  return LETTERS[publicKey[0] ?? ""];
}

/** True for a public key of this kind (default: any kind) with a valid checksum. */
export function isPublicKey(text: string, kind?: KeyKind): boolean {
  if (!/^[OAUX][A-Z2-7]{55}$/.test(text) || (kind !== undefined && kindOf(text) !== kind)) return false;
  try {
    fromPublic(text);
    return true;
  } catch {
    return false; // invalid checksum
  }
}
