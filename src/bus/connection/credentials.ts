/**
 * A credentials file as an authenticator. It is read again at every connect, so a renewed one needs no restart. Nothing
 * of it ever gets into a message. Rule: a server's challenge is signed only when it looks like one, since the same key
 * signs intent (trust/proof.ts), whose bytes hold blanks and line ends.
 */
import { readFileSync } from "node:fs";
import type { Authenticator } from "@nats-io/nats-core";
import { operatorInbox } from "../../schemas/wire/rights.ts";
import { type Creds, parseCreds } from "../../trust/creds-file.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { McpError } from "../../values/error.ts";
import type { CredsSource } from "./settings.ts";

/** As nats-server makes them: base64url of random bytes. */
const CHALLENGE = /^[\w-]{1,256}$/;

/** Reads and checks the file. @throws McpError E_CONFIG naming the path. */
export function readCredentials(source: CredsSource): Creds {
  return parsed(source, textOf(source));
}

/**
 * The file as it is at each call; the last good one while it cannot be read (it is being replaced). Parsed again only
 * when its text is another one: that takes longer than to sign.
 * @throws McpError E_CONFIG at once when the file is unusable now
 */
export function currentCredentials(source: CredsSource): () => Creds {
  const first = textOf(source);
  const state = { text: first, creds: parsed(source, first) };
  return () => {
    try {
      const text = textOf(source);
      if (text !== state.text) Object.assign(state, { creds: parsed(source, text), text });
    } catch {
      // Said above: the last good ones stand in.
    }
    return state.creds;
  };
}

/**
 * Answers the server's challenge with the file as it is at that moment; never throws, since an authenticator that does
 * would close the connection for good.
 * @throws McpError E_CONFIG at once when the file is unusable now.
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

/** The account whose user the credentials are; undefined when they name none, or cannot be read now. Never throws. */
export function accountOf(path: string | undefined): string | undefined {
  try {
    const jwt = path === undefined ? undefined : readCredentials(path).jwt;
    if (jwt === undefined) return undefined;
    const { iss, nats } = decodeJwt(jwt);
    return typeof nats["issuer_account"] === "string" ? nats["issuer_account"] : iss;
  } catch {
    return undefined; // whoever connects with them says what is wrong
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
  const what = typeof source === "string" ? `credentials file ${source}` : "what stands in for a credentials file";
  return new McpError("E_CONFIG", `${what} cannot be used`, { cause });
}

/** For a server without authentication. */
const ANYBODYS_INBOX = "_INBOX_mcp";
const OWN_INBOX = /^(?<prefix>_INBOX_[^.*>]+)\.>$/;

/**
 * The inbox subject for these credentials: the one that their JWT permits, or one that nobody else has if the JWT names
 * none.
 * @throws McpError E_CONFIG naming the path
 */
export function inboxOf(source: CredsSource | undefined): string {
  if (source === undefined) return ANYBODYS_INBOX;
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
