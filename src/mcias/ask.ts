/** What the login exchange asks MCIAS: its public key, and whether a token still counts. */

import type { MciasKey, MciasValidation } from "../schemas/settings/mcias.ts";
import { mciasKeyCodec, mciasValidationCodec } from "../schemas/wire/codec.ts";
import { McpError } from "../values/error.ts";
import { callMcias, type JsonAnswer, type MciasServer } from "./https-json.ts";

/** @throws McpError E_MCIAS when there is no answer, E_INVALID_MESSAGE for one that is no Ed25519 key */
export async function fetchPublicKey(server: MciasServer, path: string, signal?: AbortSignal): Promise<MciasKey> {
  const answer = await callMcias(server, { method: "GET", path }, signal);
  return mciasKeyCodec.decode(requireOk(answer, "public key"));
}

/** A token that it does not know any more is `valid: false`. @throws McpError E_MCIAS, E_INVALID_MESSAGE */
export async function validateToken(
  server: MciasServer,
  token: string,
  signal?: AbortSignal,
): Promise<MciasValidation> {
  const call = { method: "POST", path: "/v1/token/validate", token, body: { token } } as const;
  const answer = await callMcias(server, call, signal);
  if (answer.status === 401) return { valid: false };
  return mciasValidationCodec.decode(requireOk(answer, "word on a token"));
}

function requireOk({ status, bytes }: JsonAnswer, what: string): Uint8Array {
  if (status === 200) return bytes;
  throw new McpError("E_MCIAS", `MCIAS does not give its ${what} (status ${status})`);
}
