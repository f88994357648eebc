/**
 * The identity directory gives access to the bus even if the workstation's own credentials are lost, expired or revoked: an
 * admin user for a few minutes, signed by the break-glass key, kept in memory only.
 */
import type { CredsSource } from "../../bus/connection/settings.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { hasCode } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";

/** Enough for a person to answer a question, and for a clock that is slow. */
const LIFE_S = 15 * 60;

/** Undefined if the break-glass key is not in the directory: then the workstation's own credentials are used. */
export function identityCreds(
  { identity }: Pick<IdentityDir, "identity">,
  { author, nowMs }: { readonly author: string; readonly nowMs: number },
): CredsSource | undefined {
  const issuedAtS = Math.floor(nowMs / 1000);
  const [name = author] = author.split("@");
  const admin = {
    name,
    role: "admin",
    nodes: ["*"],
    services: ["*"],
    issuedAtS,
    expiresAtS: issuedAtS + LIFE_S,
  } as const;
  try {
    return { text: newOperator(admin, identity).creds };
  } catch (error) {
    if (hasCode(error, "E_CONFIG")) return undefined;
    throw error;
  }
}
