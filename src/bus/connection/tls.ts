/** TLS to a bus server: checks that the certificate is for this server, and explains one that fails. */
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { hostnameOf } from "../../schemas/wire/bus-address.ts";

/** The host name that the client passes to Node for a server with an IP address. */
const UNNAMED = "localhost";

/**
 * A `checkServerIdentity` for Node's TLS. For an IP address the client passes "localhost" as the host name, so every
 * certificate for localhost would be accepted. This check requires one of the addresses, or "localhost" if that is a server.
 */
export function identityCheck(servers: readonly string[]) {
  const unnamed = servers.map(hostnameOf).filter((host) => isIP(host) !== 0 || host === UNNAMED);
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const hosts = host === UNNAMED && unnamed.length > 0 ? unnamed : [host];
    const failures = hosts.map((one) => checkServerIdentity(one, certificate));
    return failures.includes(undefined) ? undefined : failures[0];
  };
}

export type CertificateProblem = "other-name" | "expired" | "not-yet-valid" | "untrusted";

/** The codes of Node and OpenSSL, the most specific first. */
const PROBLEMS: readonly (readonly [code: RegExp, problem: CertificateProblem])[] = [
  [/ALTNAME/, "other-name"],
  [/EXPIRED/, "expired"],
  [/NOT_YET_VALID/, "not-yet-valid"],
  [/CERT|VERIFY|ISSUER/, "untrusted"],
];

/** Undefined if `error` and its causes have nothing to do with certificates. */
export function certificateProblem(error: unknown): CertificateProblem | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = "code" in cause ? String(cause.code) : "";
    const found = PROBLEMS.find(([pattern]) => pattern.test(code));
    if (found !== undefined) return found[1];
  }
  return undefined;
}

const SET_CLOCK = "if this machine's clock is wrong, set it (`timedatectl set-ntp true`)";

/** What to change. @param ca path of the authority file in the settings */
export function certificateHint(problem: CertificateProblem, ca: string | undefined): string {
  if (problem === "other-name") {
    return "the server's certificate is for other names: write one of those in `servers`, or issue it for this name";
  }
  if (problem === "expired") {
    return `the server's certificate has expired: renew it on the server; ${SET_CLOCK}`;
  }
  if (problem === "not-yet-valid") return `the server's certificate is not valid yet: ${SET_CLOCK}, and the server's`;
  return ca === undefined
    ? 'the server\'s certificate comes from an authority that is not trusted here: add `ca = "<its PEM file>"` under [bus]'
    : `the server's certificate does not come from the authority in ${ca}, so it is not trusted here: correct \`ca\` under [bus]`;
}
