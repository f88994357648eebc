/**
 * Pushes every account of the bus to its server again, after the server lost its data. Rule: it keeps every revocation that
 * the server knows, a closed account stays closed, and an account that is up to date is not touched.
 */
import type { PushedAccount } from "../../schemas/output/bus-output.ts";
import { LOGIN_ACCOUNT, SYSTEM_ACCOUNT } from "../../schemas/wire/accounts.ts";
import { controlAccountJwt } from "../../trust/bus-identity.ts";
import { consumerTenant, nodeTenant, type Tenant, tenantAccountJwt, viewerTenant } from "../../trust/enroll.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import type { KeyPair } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { AccountKind } from "../identity/identity-keys.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { claimsText, issuedTrust, revocationsOf } from "../identity/issued-trust.ts";
import { accountSigner, type Enrollment, issueTime } from "./enrollment.ts";
import { revocationsIn } from "./revoke.ts";

const TENANTS = {
  node: nodeTenant,
  consumer: consumerTenant,
  viewer: viewerTenant,
} as const satisfies Record<AccountKind, (name: string) => Tenant>;

type PushContext = Pick<Enrollment, "dir" | "accounts" | "nowMs">;

interface ExpectedAccount extends Omit<PushedAccount, "found"> {
  /** Its JWT, given the one that the server has. `issuedAtS`: Unix seconds. */
  jwt(known: string | undefined, issuedAtS: number): string;
}

/**
 * Holds the directory's lock, so that no push undoes a removal that has just been written.
 * @throws McpError E_CONFIG if a key it needs is not in the directory; as AccountServer
 */
export async function pushAccounts(context: PushContext, { dryRun = false } = {}): Promise<PushedAccount[]> {
  const { dir } = context;
  const { accounts } = await issuedTrust(dir);
  return await whileLocked(dir.path, async () => {
    const expected = [...(await busAccounts(dir, accounts)), ...(await tenantAccounts(dir))];
    const pushed: PushedAccount[] = [];
    for (const one of expected) pushed.push(await pushOne(context, one, dryRun));
    return pushed;
  });
}

async function pushOne(
  { accounts, nowMs }: PushContext,
  expected: ExpectedAccount,
  dryRun: boolean,
): Promise<PushedAccount> {
  const { kind, name, account } = expected;
  const known = await accounts.lookup(account);
  const jwt = expected.jwt(known, issueTime(known, nowMs));
  const found = known === undefined ? "lost" : claimsText(known) === claimsText(jwt) ? "current" : "outdated";
  if (found !== "current" && !dryRun) await accounts.push(jwt);
  return { kind, name, account, found };
}

async function busAccounts(dir: IdentityDir, issued: Readonly<Record<string, string>>): Promise<ExpectedAccount[]> {
  const { control, system, login } = dir.identity;
  const listed = revocationsOf(await dir.revoked());
  const fixed = (name: string, { publicKey }: KeyPair): ExpectedAccount => ({
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

async function tenantAccounts(dir: IdentityDir): Promise<ExpectedAccount[]> {
  const found: ExpectedAccount[] = [];
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

function tenantAccount(dir: IdentityDir, { kind, name, account }: TenantKey): ExpectedAccount {
  const control = dir.identity.control.publicKey;
  const jwt = (known: string | undefined, issuedAtS: number) => {
    if (known !== undefined && isClosed(known)) return known;
    const until = known === undefined ? undefined : revocationsIn(known)["*"];
    const facts = { tenant: TENANTS[kind](name), account, control, issuedAtS };
    return tenantAccountJwt({ ...facts, ...(until === undefined ? {} : { revokedUntilS: until }) }, accountSigner(dir));
  };
  return { kind, name, account: account.publicKey, jwt };
}

/** True for an account without imports: a removal closed it, and was interrupted before it retired the key. */
function isClosed(jwt: string): boolean {
  const { imports } = decodeJwt(jwt).nats;
  return !Array.isArray(imports) || imports.length === 0;
}
