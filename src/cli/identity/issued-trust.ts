/**
 * The JWTs that every server of the bus must know. One is kept as it was issued until what it says changes, so that a
 * server's configuration rendered again is the same, byte for byte, and the operator's own key is needed once only.
 */
import type { RevocationList } from "../../schemas/service/proof.ts";
import { busAccountsOf, type Revocations, type ServerTrust, serverTrustOf } from "../../trust/bus-identity.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import type { IdentityDir } from "./identity-dir.ts";
import { issuedFile } from "./identity-documents.ts";

/** @throws McpError E_CONFIG when a key that it takes is not there */
export async function issuedTrust(dir: Pick<IdentityDir, "path" | "identity" | "revoked">): Promise<ServerTrust> {
  const revocations = revocationsOf(await dir.revoked());
  return await issuedFile(dir.path).change((old) => {
    if (old === undefined) return serverTrustOf(dir.identity, revocations);
    const fresh = Object.entries(busAccountsOf(dir.identity, revocations));
    return { ...old, accounts: Object.fromEntries(fresh.map(([key, jwt]) => [key, keptOr(old.accounts[key], jwt)])) };
  });
}

/** What the control account says of removed operators. */
export function revocationsOf(list: RevocationList | undefined): Revocations {
  const seconds = (at: string) => Math.floor(Date.parse(at) / 1000);
  return Object.fromEntries((list?.revoked ?? []).map(({ publicKey, at }) => [publicKey, seconds(at)]));
}

/** The old JWT when it says the same. */
export function keptOr(old: string | undefined, fresh: string): string {
  return old !== undefined && said(old) === said(fresh) ? old : fresh;
}

/** What a JWT says, without when it was made and the id that depends on it. */
export function said(jwt: string): string {
  const { iss, sub, name, exp, nats } = decodeJwt(jwt);
  return JSON.stringify({ iss, sub, name, exp, nats });
}
