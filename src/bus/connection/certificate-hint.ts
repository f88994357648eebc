/** What to do about a server whose certificate, or lack of one, ended a connection. */

/** Node's and OpenSSL's names for the failure, in what they mean to people. */
const HINTS: readonly (readonly [code: RegExp, hint: string])[] = [
  [/ALTNAME/, "the server's certificate is for other names: use a name that is in it, or have one made for this name"],
  [/EXPIRED/, "the server's certificate has expired: renew it on the server (or set this machine's clock)"],
  [/NOT_YET_VALID/, "the server's certificate is not valid yet: set the clocks"],
  [
    /CERT|VERIFY|ISSUER/,
    'the server\'s certificate comes from an authority that is not trusted here: `[bus] ca = "…"` names its file',
  ],
];

const NO_TLS = /does not support 'tls'|wrong version number|WRONG_VERSION_NUMBER/;

/** As a member for McpError's options; empty when the failure has nothing to do with certificates. */
export function certificateHint(cause: unknown): { hint?: string } {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const code = "code" in error ? String(error.code) : "";
    const found = HINTS.find(([pattern]) => pattern.test(code));
    if (found !== undefined) return { hint: found[1] };
    if (NO_TLS.test(`${code} ${error.message}`)) {
      return { hint: "the server there offers no TLS: nothing was sent to it; turn `tls {}` on in nats.conf" };
    }
  }
  return {};
}
