/**
 * The first operator of a bus: an admin whose credentials never expire. They work when the login service is down. The file is
 * written before the record, so that a run that continues after an interruption finds the key to record.
 */

import { dirname } from "node:path";
import { writeOnce } from "../../disk/atomic-file.ts";
import { ensurePrivateDirectory, readPrivateText } from "../../disk/private-path.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { readIfThere } from "./put-file.ts";

export interface FirstOperator {
  readonly name: string;
  /** Path of the credentials file. */
  readonly creds: string;
  readonly now: Date;
}

/** @throws McpError E_CONFLICT if the file exists and is for another bus, E_FILE */
export async function firstOperator(identity: IdentityDir, request: FirstOperator): Promise<FileResult> {
  const { name, creds: path, now } = request;
  const scope = { name, role: "admin", nodes: ["*"], services: ["*"] } as const;
  const isThere = (await readIfThere(path)) !== undefined;
  if (!isThere) {
    await ensurePrivateDirectory(dirname(path));
    await writeOnce(path, newOperator(scope, identity.identity).creds);
  }
  const publicKey = userOf(identity, path, await readPrivateText(path));
  await identity.changeOperators((old) =>
    old.some((one) => one.publicKey === publicKey)
      ? old
      : [...old, { ...scope, publicKey, issuedAt: now.toISOString() }],
  );
  return { path, result: isThere ? "unchanged" : "created" };
}

/** The user's public key from credentials that this identity signed. @throws McpError E_CONFLICT */
function userOf({ identity }: IdentityDir, path: string, text: string): string {
  const claims = claimsIn(text);
  if (claims?.iss === identity["break-glass"].publicKey) return claims.sub;
  throw new McpError("E_CONFLICT", `${path}: exists, but does not hold credentials of this bus`, {
    hint: "move it away first",
  });
}

function claimsIn(text: string) {
  try {
    return decodeJwt(parseCreds(text).jwt ?? "");
  } catch {
    return undefined; // not a credentials file
  }
}
