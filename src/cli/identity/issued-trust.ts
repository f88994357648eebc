/**
 * The JWTs that every server of the bus must know. A JWT is issued again only if its claims change. So the same input renders
 * the same configuration, byte for byte, and the operator's own key is needed only once.
 */
import type { RevocationList } from "../../schemas/service/proof.ts";
import { busAccountsOf, type Revocations, type ServerTrust, serverTrustOf } from "../../trust/bus-identity.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import type { IdentityDir } from "./identity-dir.ts";
import { issuedFile } from "./identity-documents.ts";

/** @throws McpError E_CONFIG if a key that it needs is missing */
export async function issuedTrust(dir: Pick<IdentityDir, "path" | "identity" | "revoked">): Promise<ServerTrust> {
  const revocations = revocationsOf(await dir.revoked());
  return await issuedFile(dir.path).change((old) => {
    if (old === undefined) return serverTrustOf(dir.identity, revocations);
    const fresh = Object.entries(busAccountsOf(dir.identity, revocations));
    return { ...old, accounts: Object.fromEntries(fresh.map(([key, jwt]) => [key, keptOr(old.accounts[key], jwt)])) };
  });
}

/** Removed operators, as revocations for the JWT of the control account. */
export function revocationsOf(list: RevocationList | undefined): Revocations {
  const seconds = (at: string) => Math.floor(Date.parse(at) / 1000);
  return Object.fromEntries((list?.revoked ?? []).map(({ publicKey, at }) => [publicKey, seconds(at)]));
}

/** The old JWT if its claims are the same, else the fresh one. */
export function keptOr(old: string | undefined, fresh: string): string {
  return old !== undefined && claimsText(old) === claimsText(fresh) ? old : fresh;
}

/** The claims of a JWT as text, without its issue time and the id that depends on it. */
export function claimsText(jwt: string): string {
  const { iss, sub, name, exp, nats } = decodeJwt(jwt);
  return JSON.stringify({ iss, sub, name, exp, nats });
}
