/**
 * The first operator of a bus: credentials for everything and for good, which are what is left when the login is down. The
 * file comes first and the record after it, so that a run that was interrupted between the two finds whom to record.
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

/** @throws McpError E_CONFLICT when the file is there and not of this bus, E_FILE */
export async function firstOperator(identity: IdentityDir, wish: FirstOperator): Promise<FileResult> {
  const { name, creds: path, now } = wish;
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

/** The public key of the user whose credentials these are, signed by this identity. @throws McpError E_CONFLICT */
function userOf({ identity }: IdentityDir, path: string, text: string): string {
  const claims = claimsIn(text);
  if (claims?.iss === identity["break-glass"].publicKey) return claims.sub;
  throw new McpError("E_CONFLICT", `${path}: exists, and holds no credentials of this bus`, {
    hint: "move it away first",
  });
}

function claimsIn(text: string) {
  try {
    return decodeJwt(parseCreds(text).jwt ?? "");
  } catch {
    return undefined; // no credentials at all
  }
}
