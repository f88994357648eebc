/** Compares the accounts on the server with the identity directory, if this workstation has one. */
import type { AccountServer } from "../../bus/admin/account-server.ts";
import type { PushedAccount } from "../../schemas/output/bus-output.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { hasCode } from "../../values/error.ts";
import { pushAccounts } from "../enroll/push-accounts.ts";
import { type IdentityDir, openIdentityDir } from "../identity/identity-dir.ts";

const name = "accounts";

export interface AccountCheckInputs {
  readonly nowMs: number;
  /** With these credentials. */
  open(creds: string): Promise<AccountServer>;
}

/** No checks for a workstation without an identity directory. @throws McpError as AccountServer.lookup */
export async function accountChecks(path: string, { nowMs, open }: AccountCheckInputs): Promise<DoctorCheck[]> {
  const dir = await identityAt(path);
  if (dir === undefined) return [];
  const accounts = await open(dir.enrollCreds);
  try {
    return [verdict(await pushAccounts({ dir, accounts, nowMs }, { dryRun: true }))];
  } finally {
    await accounts.close();
  }
}

/** Another check reports a damaged one. */
async function identityAt(path: string): Promise<IdentityDir | undefined> {
  try {
    return await openIdentityDir(path);
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND") || hasCode(error, "E_CONFIG")) return undefined;
    throw error;
  }
}

/** An outdated account may let removed operators in; a lost one keeps valid ones out. */
function verdict(accounts: readonly PushedAccount[]): DoctorCheck {
  const named = (wanted: PushedAccount["found"]) =>
    accounts
      .filter(({ found }) => found === wanted)
      .map((one) => (one.kind === "bus" ? one.name : `${one.kind} ${one.name}`));
  const [lost, outdated] = [named("lost"), named("outdated")];
  if (lost.length + outdated.length === 0) {
    return { name, result: "ok", message: `all ${accounts.length} are on the server as in the identity directory` };
  }
  const parts = [
    ...(lost.length === 0 ? [] : [`the server has lost ${lost.join(", ")}`]),
    ...(outdated.length === 0 ? [] : [`on the server older than in the identity directory: ${outdated.join(", ")}`]),
  ];
  return { name, result: "fail", message: parts.join("; "), remedy: "mcp bus push" };
}
