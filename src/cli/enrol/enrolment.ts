/**
 * What every enrolment stands on: the keys of the bus, its server's accounts, the bus itself. Rule: each step can be done
 * again, so that a command that died is mended by typing it once more.
 */
import type { AccountServer } from "../../bus/admin/account-server.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { closedAccountJwt, type Tenant, tenantAccountJwt, tenantCreds } from "../../trust/enrol.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { signingKeyOf } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { AccountKind } from "../identity/identity-keys.ts";

export interface Enrolment {
  readonly dir: IdentityDir;
  readonly accounts: AccountServer;
  readonly bus: OperatorBus;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** Who enrols: `user@workstation`. */
  readonly author: string;
}

export interface Admission {
  /** Public key of the account. */
  readonly account: string;
  /** Text of the credentials file of its user. */
  readonly creds: string;
  /** Unix seconds: users of the account count that were issued then or later. */
  readonly issuedAtS: number;
}

/**
 * Makes the server know the tenant's account, shutting out whoever had credentials of it until now, and makes new ones.
 * @throws McpError as AccountServer.push, E_FILE, E_CONFIG
 */
export async function admit(
  enrolment: Enrolment,
  kind: AccountKind,
  /** Its credentials count until then, Unix seconds. */
  tenant: Tenant & { readonly expiresAtS?: number },
): Promise<Admission> {
  const { dir, accounts } = enrolment;
  const expires = tenant.expiresAtS === undefined ? {} : { expiresAtS: tenant.expiresAtS };
  const account = await dir.accountKey(kind, tenant.name, { create: true });
  const revokedUntilS = await laterThanKnown(enrolment, account.publicKey);
  const facts = { tenant, account, control: dir.identity.control.publicKey, revokedUntilS };
  await accounts.push(tenantAccountJwt({ ...facts, issuedAtS: revokedUntilS }, accountSigner(dir)));
  const issuedAtS = revokedUntilS + 1;
  return { account: account.publicKey, creds: tenantCreds({ tenant, account, issuedAtS, ...expires }), issuedAtS };
}

/** Shuts the tenant out for good, within a second. @throws McpError E_NOT_FOUND without its key; as AccountServer.push */
export async function shutOut(enrolment: Enrolment, kind: AccountKind, tenant: Tenant): Promise<void> {
  await closeAccount(enrolment, (await enrolment.dir.accountKey(kind, tenant.name)).publicKey, tenant);
}

/** The same for an account whose key is elsewhere or lost: its public key is enough to close it. @throws McpError as AccountServer.push */
export async function closeAccount(enrolment: Enrolment, publicKey: string, tenant: Tenant): Promise<void> {
  const { dir, accounts } = enrolment;
  const closedAtS = await laterThanKnown(enrolment, publicKey);
  const facts = { tenant, account: { publicKey }, control: dir.identity.control.publicKey };
  await accounts.push(closedAccountJwt({ ...facts, closedAtS }, accountSigner(dir)));
}

/** What signs the JWTs of accounts. @throws McpError E_CONFIG while the key lies elsewhere */
export const accountSigner = ({ identity }: IdentityDir) => signingKeyOf(identity["operator-signing"].seed);

/**
 * Unix seconds, after what the server knows of the account, whatever this machine's clock says: a server that starts
 * again takes the later of two JWTs, and a user is shut out by the time of his.
 */
export async function laterThanKnown({ accounts, nowMs }: Enrolment, account: string): Promise<number> {
  const known = await accounts.lookup(account);
  const nowS = Math.floor(nowMs / 1000);
  return known === undefined ? nowS : Math.max(nowS, decodeJwt(known).iat + 2);
}
