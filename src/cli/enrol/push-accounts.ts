/**
 * Every account of the bus pushed to its server again, as after a loss of what the server had been told. Rule: nothing that
 * the server knows of who was shut out is taken back, an account that was closed stays closed, and one that is as it should
 * be is left alone.
 */

import type { PushedAccount } from "../../schemas/output/bus-output.ts";
import { LOGIN_ACCOUNT, SYSTEM_ACCOUNT } from "../../schemas/wire/accounts.ts";
import { controlAccountJwt } from "../../trust/bus-identity.ts";
import { consumerTenant, nodeTenant, type Tenant, tenantAccountJwt, viewerTenant } from "../../trust/enrol.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import type { KeyPair } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { AccountKind } from "../identity/identity-keys.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { issuedTrust, revocationsOf, said } from "../identity/issued-trust.ts";
import { accountSigner, type Enrolment } from "./enrolment.ts";
import { revocationsIn } from "./revoke.ts";

const TENANTS = {
  node: nodeTenant,
  consumer: consumerTenant,
  viewer: viewerTenant,
} as const satisfies Record<AccountKind, (name: string) => Tenant>;

type Place = Pick<Enrolment, "dir" | "accounts" | "nowMs">;

interface Wanted extends Omit<PushedAccount, "found"> {
  /** Its JWT, from what the server knows of it. `issuedAtS`: Unix seconds. */
  jwt(known: string | undefined, issuedAtS: number): string;
}

/**
 * One at a time in this directory, so that no push takes back what a removal has just added.
 * @throws McpError E_CONFIG while a key that it takes lies elsewhere; as AccountServer
 */
export async function pushAccounts(place: Place, { dryRun = false } = {}): Promise<PushedAccount[]> {
  const { dir } = place;
  const { accounts } = await issuedTrust(dir);
  return await whileLocked(dir.path, async () => {
    const wanted = [...(await busAccounts(dir, accounts)), ...(await tenantAccounts(dir))];
    const pushed: PushedAccount[] = [];
    for (const one of wanted) pushed.push(await pushOne(place, one, dryRun));
    return pushed;
  });
}

async function pushOne({ accounts, nowMs }: Place, wanted: Wanted, dryRun: boolean): Promise<PushedAccount> {
  const { kind, name, account } = wanted;
  const known = await accounts.lookup(account);
  const jwt = wanted.jwt(known, laterThan(known, nowMs));
  const found = known === undefined ? "lost" : said(known) === said(jwt) ? "current" : "outdated";
  if (found !== "current" && !dryRun) await accounts.push(jwt);
  return { kind, name, account, found };
}

/** A server that starts again takes the later of two JWTs. */
function laterThan(known: string | undefined, nowMs: number): number {
  const nowS = Math.floor(nowMs / 1000);
  return known === undefined ? nowS : Math.max(nowS, decodeJwt(known).iat + 2);
}

async function busAccounts(dir: IdentityDir, issued: Readonly<Record<string, string>>): Promise<Wanted[]> {
  const { control, system, login } = dir.identity;
  const listed = revocationsOf(await dir.revoked());
  const fixed = (name: string, { publicKey }: KeyPair): Wanted => ({
    kind: "bus",
    name,
    account: publicKey,
    jwt: () => issued[publicKey] ?? "",
  });
  return [
    {
      kind: "bus",
      name: "control",
      account: control.publicKey,
      jwt: (known, issuedAtS) =>
        controlAccountJwt(dir.identity, { ...(known && revocationsIn(known)), ...listed }, issuedAtS),
    },
    fixed(SYSTEM_ACCOUNT, system),
    fixed(LOGIN_ACCOUNT, login),
  ];
}

async function tenantAccounts(dir: IdentityDir): Promise<Wanted[]> {
  const found: Wanted[] = [];
  for (const kind of ["node", "consumer", "viewer"] as const) {
    for (const name of await dir.accountNames(kind)) {
      found.push(tenantAccount(dir, { kind, name, account: await dir.accountKey(kind, name) }));
    }
  }
  return found;
}

interface TenantKey {
  readonly kind: AccountKind;
  readonly name: string;
  readonly account: KeyPair;
}

function tenantAccount(dir: IdentityDir, { kind, name, account }: TenantKey): Wanted {
  const control = dir.identity.control.publicKey;
  const jwt = (known: string | undefined, issuedAtS: number) => {
    if (known !== undefined && isClosed(known)) return known;
    const until = known === undefined ? undefined : revocationsIn(known)["*"];
    const facts = { tenant: TENANTS[kind](name), account, control, issuedAtS };
    return tenantAccountJwt({ ...facts, ...(until === undefined ? {} : { revokedUntilS: until }) }, accountSigner(dir));
  };
  return { kind, name, account: account.publicKey, jwt };
}

/** By a removal that died before it put the key aside: nothing crosses its border. */
function isClosed(jwt: string): boolean {
  const { imports } = decodeJwt(jwt).nats;
  return !Array.isArray(imports) || imports.length === 0;
}
