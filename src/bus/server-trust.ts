/**
 * The lines of a nats-server's configuration that say whom it believes: the operator, and through him the accounts.
 * Those that every bus has stand in the file; the accounts of nodes come by push and are kept in a directory.
 */
import type { ServerTrust } from "../trust/bus-identity.ts";

/** @param jwtDir where the server keeps the accounts that are pushed */
export function renderServerTrust({ operatorJwt, systemAccount, accounts }: ServerTrust, jwtDir: string): string {
  const preload = Object.entries(accounts).map(([publicKey, jwt]) => `  ${publicKey}: ${jwt}`);
  return `operator: ${operatorJwt}
system_account: ${systemAccount}
resolver {
  type: full
  dir: ${JSON.stringify(jwtDir)}
}
resolver_preload {
${preload.join("\n")}
}
`;
}
