/**
 * What every enrollment uses: the keys of the bus, its server's accounts, the bus itself. Rule: each step can be repeated, so
 * that running an interrupted command again completes it.
 */
import type { AccountServer } from "../../bus/admin/account-server.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { closedAccountJwt, type Tenant, tenantAccountJwt, tenantCreds } from "../../trust/enroll.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { signingKeyOf } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { AccountKind } from "../identity/identity-keys.ts";

export interface Enrollment {
  readonly dir: IdentityDir;
  readonly accounts: AccountServer;
  readonly bus: OperatorBus;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** Who enrolls: `user@workstation`. */
  readonly author: string;
}

export interface Admission {
  /** Public key of the account. */
  readonly account: string;
  /** Text of the credentials file of its user. */
  readonly creds: string;
  /** Unix seconds: users of the account are valid if they were issued then or later. */
  readonly issuedAtS: number;
}

/**
 * Pushes the tenant's account to the server, which revokes all its credentials so far, and creates new ones.
 * @throws McpError as AccountServer.push, E_FILE, E_CONFIG
 */
export async function admit(
  enrollment: Enrollment,
  kind: AccountKind,
  /** `expiresAtS`: when its credentials expire, Unix seconds. */
  tenant: Tenant & { readonly expiresAtS?: number },
): Promise<Admission> {
  const { dir, accounts } = enrollment;
  const expires = tenant.expiresAtS === undefined ? {} : { expiresAtS: tenant.expiresAtS };
  const account = await dir.accountKey(kind, tenant.name, { create: true });
  const revokedUntilS = await laterThanKnown(enrollment, account.publicKey);
  const facts = { tenant, account, control: dir.identity.control.publicKey, revokedUntilS };
  await accounts.push(tenantAccountJwt({ ...facts, issuedAtS: revokedUntilS }, accountSigner(dir)));
  const issuedAtS = revokedUntilS + 1;
  return { account: account.publicKey, creds: tenantCreds({ tenant, account, issuedAtS, ...expires }), issuedAtS };
}

/** Closes the tenant's account for good, within a second. @throws McpError E_NOT_FOUND without its key; as AccountServer.push */
export async function shutOut(enrollment: Enrollment, kind: AccountKind, tenant: Tenant): Promise<void> {
  await closeAccount(enrollment, (await enrollment.dir.accountKey(kind, tenant.name)).publicKey, tenant);
}

/** The same by public key alone, for an account whose key is lost or elsewhere. @throws McpError as AccountServer.push */
export async function closeAccount(enrollment: Enrollment, publicKey: string, tenant: Tenant): Promise<void> {
  const { dir, accounts } = enrollment;
  const closedAtS = await laterThanKnown(enrollment, publicKey);
  const facts = { tenant, account: { publicKey }, control: dir.identity.control.publicKey };
  await accounts.push(closedAccountJwt({ ...facts, closedAtS }, accountSigner(dir)));
}

/** The key that signs the JWTs of accounts. @throws McpError E_CONFIG if it is not in the directory */
export const accountSigner = ({ identity }: IdentityDir) => signingKeyOf(identity["operator-signing"].seed);

/** The issue time for the next JWT of an account, from the one that the server has: see issueTime. */
export async function laterThanKnown({ accounts, nowMs }: Enrollment, account: string): Promise<number> {
  return issueTime(await accounts.lookup(account), nowMs);
}

/**
 * Unix seconds, now but always after the known JWT, even if this machine's clock is behind: a restarted server takes the
 * later of two JWTs, and revocations compare issue times.
 */
export function issueTime(known: string | undefined, nowMs: number): number {
  const nowS = Math.floor(nowMs / 1000);
  return known === undefined ? nowS : Math.max(nowS, decodeJwt(known).iat + 2);
}
