/**
 * Tenants: nodes, consumers of events and viewers. Each has its own account with one user. The account isolates the tenant,
 * and the user's rights repeat the same limits. The account's key is kept, to admit it again or to close it.
 */
import {
  type AccountImport,
  type AccountLimits,
  CONSUMER_LIMITS,
  consumerAccount,
  consumerImports,
  NODE_LIMITS,
  nodeAccount,
  nodeImports,
  viewerImports,
} from "../schemas/wire/accounts.ts";
import { consumerRights, nodeUserRights, type Rights, viewerRights } from "../schemas/wire/rights.ts";
import { accountJwt, userJwt } from "./claims.ts";
import { renderCreds } from "./creds-file.ts";
import { createKey, type KeyPair, type SigningKey, signingKeyOf } from "./keys.ts";
import { tagsOf } from "./operator-claims.ts";

/** An account that imports from the control account and has one user. */
export interface Tenant {
  readonly name: string;
  /** Name of the account, shown in the server's lists. */
  readonly accountName: string;
  readonly imports: readonly AccountImport[];
  readonly rights: Rights;
  readonly limits: AccountLimits;
  /** As for operators (operator-claims.ts): programs read from them what they may do. */
  readonly tags?: readonly string[];
}

export const nodeTenant = (node: string): Tenant => ({
  name: node,
  accountName: nodeAccount(node),
  imports: nodeImports(node),
  rights: nodeUserRights(node),
  limits: NODE_LIMITS,
});

export const consumerTenant = (name: string): Tenant => ({
  name,
  accountName: consumerAccount(name),
  imports: consumerImports(name),
  rights: consumerRights(name),
  limits: CONSUMER_LIMITS,
});

export const viewerTenant = (name: string): Tenant => ({
  name,
  accountName: consumerAccount(name),
  imports: viewerImports(name),
  rights: viewerRights(name),
  limits: CONSUMER_LIMITS,
  tags: tagsOf({ role: "viewer", nodes: [], services: [] }),
});

export interface TenantFacts {
  readonly tenant: Tenant;
  readonly account: Pick<KeyPair, "publicKey">;
  /** Public key of the control account. */
  readonly control: string;
  /** Unix seconds. JWTs of users that were issued up to then are revoked. */
  readonly revokedUntilS?: number;
  /** Unix seconds. Default: now. */
  readonly issuedAtS?: number;
}

/** The account's JWT, to push to the server. */
export function tenantAccountJwt(given: TenantFacts, signer: SigningKey): string {
  const { tenant, account, control, revokedUntilS, issuedAtS } = given;
  const facts = {
    name: tenant.accountName,
    publicKey: account.publicKey,
    imports: tenant.imports,
    importsFrom: control,
    limits: tenant.limits,
    ...(revokedUntilS === undefined ? {} : { revocations: { "*": revokedUntilS } }),
    ...(issuedAtS === undefined ? {} : { issuedAtS }),
  };
  return accountJwt(facts, signer);
}

/** The JWT of a closed account: it imports nothing, and none of its users may connect. */
export function closedAccountJwt(given: ClosedTenant, signer: SigningKey): string {
  const { tenant, account, control, closedAtS = Math.floor(Date.now() / 1000) } = given;
  const facts = { tenant: { ...tenant, imports: [] }, account, control };
  return tenantAccountJwt({ ...facts, revokedUntilS: closedAtS, issuedAtS: closedAtS }, signer);
}

export interface ClosedTenant extends Pick<TenantFacts, "tenant" | "account" | "control"> {
  /** Unix seconds. Default: now. */
  readonly closedAtS?: number;
}

/** New credentials for the account's user. */
export function tenantCreds({ tenant, account, issuedAtS, expiresAtS }: TenantUser): string {
  const { publicKey, seed } = createKey("user");
  const facts = {
    name: tenant.name,
    publicKey,
    rights: tenant.rights,
    ...(tenant.tags === undefined ? {} : { tags: tenant.tags }),
    ...(issuedAtS === undefined ? {} : { issuedAtS }),
    ...(expiresAtS === undefined ? {} : { expiresAtS }),
  };
  return renderCreds({ seed, jwt: userJwt(facts, signingKeyOf(account.seed)) });
}

export interface TenantUser extends Pick<TenantFacts, "tenant"> {
  readonly account: KeyPair;
  readonly issuedAtS?: number;
  readonly expiresAtS?: number;
}

/**
 * The account at a site's leaf server: it imports nothing, so that all messages of its node reach the hub. It must revoke the
 * users that the hub revokes, because the leaf server forwards messages under its own user.
 */
export function siteAccountJwt(given: Omit<TenantFacts, "control" | "issuedAtS">, signer: SigningKey): string {
  const { tenant, account, revokedUntilS } = given;
  const facts = {
    name: tenant.accountName,
    publicKey: account.publicKey,
    ...(revokedUntilS === undefined ? {} : { revocations: { "*": revokedUntilS } }),
  };
  return accountJwt(facts, signer);
}

/** Credentials with which a leaf server forwards the account's messages to the hub. The account limits them. */
export function bridgeCreds({ tenant, account, issuedAtS }: Omit<TenantUser, "expiresAtS">): string {
  const { publicKey, seed } = createKey("user");
  const facts = { name: `${tenant.name}-leaf`, publicKey, connectsAs: "leaf" as const };
  const issued = issuedAtS === undefined ? {} : { issuedAtS };
  return renderCreds({ seed, jwt: userJwt({ ...facts, ...issued }, signingKeyOf(account.seed)) });
}
