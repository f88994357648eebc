/**
 * Authenticates with a credentials file. The file is read at every connect, so a renewed one needs no restart. Its content
 * never appears in a message. Rule: a challenge is signed only if it has the form of one. The same key signs documents and
 * requests (trust/proof.ts), whose bytes contain spaces and line breaks, so a server cannot obtain such a signature.
 */
import { readFileSync } from "node:fs";
import type { Authenticator } from "@nats-io/nats-core";
import { operatorInbox } from "../../schemas/wire/rights.ts";
import { type Creds, parseCreds } from "../../trust/creds-file.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { McpError } from "../../values/error.ts";
import type { CredsSource } from "./settings.ts";

/** The form that nats-server uses: base64url of random bytes. */
const CHALLENGE = /^[\w-]{1,256}$/;

/** Reads and checks the file. @throws McpError E_CONFIG naming the path. */
export function readCredentials(source: CredsSource): Creds {
  return parsed(source, textOf(source));
}

/**
 * Returns a function that reads the file at each call. While the file is not usable (it is being replaced), it returns the
 * last valid credentials. It parses only a changed text, because parsing takes longer than signing.
 * @throws McpError E_CONFIG at once if the file is not usable now
 */
export function currentCredentials(source: CredsSource): () => Creds {
  const first = textOf(source);
  const state = { text: first, creds: parsed(source, first) };
  return () => {
    try {
      const text = textOf(source);
      if (text !== state.text) Object.assign(state, { creds: parsed(source, text), text });
    } catch {
      // Keep the last valid credentials.
    }
    return state.creds;
  };
}

/**
 * Answers the server's challenge with the current file. The authenticator never throws: that would close the connection for
 * good.
 * @throws McpError E_CONFIG at once if the file is not usable now
 */
export function fileAuthenticator(source: CredsSource): Authenticator {
  const credentials = currentCredentials(source);
  return (nonce?: string) => {
    const { jwt, key } = credentials();
    const isChallenge = nonce !== undefined && CHALLENGE.test(nonce);
    const sig = isChallenge ? Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url") : "";
    return jwt === undefined ? { nkey: key.publicKey, sig } : { nkey: "", jwt, sig };
  };
}

/** The public key of the credentials' account; undefined if they name none or cannot be read. Never throws. */
export function accountOf(path: string | undefined): string | undefined {
  try {
    const jwt = path === undefined ? undefined : readCredentials(path).jwt;
    if (jwt === undefined) return undefined;
    const { iss, nats } = decodeJwt(jwt);
    return typeof nats["issuer_account"] === "string" ? nats["issuer_account"] : iss;
  } catch {
    return undefined; // the connection reports what is wrong
  }
}

function textOf(source: CredsSource): string {
  if (typeof source !== "string") return source.text;
  try {
    return readFileSync(source, "utf8");
  } catch (cause) {
    throw unusable(source, cause);
  }
}

function parsed(source: CredsSource, text: string): Creds {
  try {
    return parseCreds(text);
  } catch (cause) {
    throw unusable(source, cause);
  }
}

function unusable(source: CredsSource, cause: unknown): McpError {
  const what = typeof source === "string" ? `credentials file ${source}` : "the credentials of the identity directory";
  const hint =
    "`[bus] creds` in the settings names this file: check path and permissions, or join again with a new bundle";
  return new McpError("E_CONFIG", `${what} cannot be used`, { cause, ...(typeof source === "string" && { hint }) });
}

/** For a server without authentication. */
const DEFAULT_INBOX = "_INBOX_mcp";
const OWN_INBOX = /^(?<prefix>_INBOX_[^.*>]+)\.>$/;

/**
 * The inbox subject for these credentials: the one that their JWT permits; if it names none, a private one from the user's
 * key.
 * @throws McpError E_CONFIG naming the path
 */
export function inboxOf(source: CredsSource | undefined): string {
  if (source === undefined) return DEFAULT_INBOX;
  const { jwt, key } = readCredentials(source);
  if (jwt === undefined) return operatorInbox(key.publicKey);
  try {
    const { sub, nats } = decodeJwt(jwt);
    return grantedInbox(nats["sub"]) ?? operatorInbox(sub);
  } catch (cause) {
    throw unusable(source, cause);
  }
}

function grantedInbox(permission: unknown): string | undefined {
  const allow: unknown =
    typeof permission === "object" && permission !== null && "allow" in permission && permission.allow;
  const subjects = Array.isArray(allow) ? allow.map(String) : [];
  return subjects.map((subject) => OWN_INBOX.exec(subject)?.groups?.["prefix"]).find((prefix) => prefix !== undefined);
}
