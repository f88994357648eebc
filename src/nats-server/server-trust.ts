/**
 * The lines of a nats-server's configuration that say whom it believes: the operator, and through him the accounts.
 * Those that every bus has stand in the file; the accounts of nodes come by push and are kept in a directory.
 */
import type { ServerTrust } from "../trust/bus-identity.ts";

/** @param jwtDir where the server keeps the accounts that are pushed; without one it knows those of the file only */
export function renderServerTrust({ operatorJwt, systemAccount, accounts }: ServerTrust, jwtDir?: string): string {
  const preload = Object.entries(accounts).map(([publicKey, jwt]) => `  ${publicKey}: ${jwt}`);
  const resolver =
    jwtDir === undefined ? "resolver: MEMORY" : `resolver {\n  type: full\n  dir: ${JSON.stringify(jwtDir)}\n}`;
  return `operator: ${operatorJwt}
system_account: ${systemAccount}
${resolver}
resolver_preload {
${preload.join("\n")}
}
`;
}
