/**
 * A credentials file as an authenticator. It is read again at every connect, so a renewed one needs no restart. Nothing
 * of it ever gets into a message.
 */
import { readFileSync } from "node:fs";
import type { Authenticator } from "@nats-io/nats-core";
import { McpError } from "../schemas/error.ts";
import { operatorInbox } from "../schemas/rights.ts";
import { type Creds, parseCreds } from "../trust/creds-file.ts";
import { decodeJwt } from "../trust/jwt.ts";

/** Reads and checks the file. @throws McpError E_CONFIG naming the path. */
export function readCredentials(path: string): Creds {
  try {
    return parseCreds(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new McpError("E_CONFIG", `credentials file ${path} cannot be used`, { cause });
  }
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
    const { jwt, key } = state.last;
    const sig = nonce === undefined ? "" : Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url");
    return jwt === undefined ? { nkey: key.publicKey, sig } : { nkey: "", jwt, sig };
  };
}

function rereadCredentials(path: string): Creds | undefined {
  try {
    return readCredentials(path);
  } catch {
    return undefined; // said in the caller: the last good credentials stand in
  }
}

/** For a server that asks nobody who he is. */
const ANYBODYS_INBOX = "_INBOX_mcp";
const OWN_INBOX = /^(?<prefix>_INBOX_[^.*>]+)\.>$/;

/**
 * The subject below which answers to whoever has these credentials come: what their JWT lets him listen to, or where it
 * does not say, one that nobody else has.
 * @throws McpError E_CONFIG naming the path
 */
export function inboxOf(path: string | undefined): string {
  if (path === undefined) return ANYBODYS_INBOX;
  const { jwt, key } = readCredentials(path);
  if (jwt === undefined) return operatorInbox(key.publicKey);
  try {
    const { sub, nats } = decodeJwt(jwt);
    return grantedInbox(nats["sub"]) ?? operatorInbox(sub);
  } catch (cause) {
    throw new McpError("E_CONFIG", `credentials file ${path} cannot be used`, { cause });
  }
}

function grantedInbox(permission: unknown): string | undefined {
  const allow: unknown =
    typeof permission === "object" && permission !== null && "allow" in permission && permission.allow;
  const subjects = Array.isArray(allow) ? allow.map(String) : [];
  return subjects.map((subject) => OWN_INBOX.exec(subject)?.groups?.["prefix"]).find((prefix) => prefix !== undefined);
}
