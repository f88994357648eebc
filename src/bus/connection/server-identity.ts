/**
 * Whether a server's certificate is for the one that was dialled. Node checks it against a name, and the client gives it none
 * for a server that is dialled by its address: Node would take "localhost" for it, and any certificate for that.
 */
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { hostnameOf } from "../../schemas/wire/bus-address.ts";

const UNNAMED = "localhost";

/** Of a server without a name the certificate must be for one of the addresses, or for "localhost" where that is among the servers. */
export function identityCheck(servers: readonly string[]) {
  const unnamed = servers.map(hostnameOf).filter((host) => isIP(host) !== 0 || host === UNNAMED);
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const hosts = host === UNNAMED && unnamed.length > 0 ? unnamed : [host];
    const failures = hosts.map((one) => checkServerIdentity(one, certificate));
    return failures.includes(undefined) ? undefined : failures[0];
  };
}
