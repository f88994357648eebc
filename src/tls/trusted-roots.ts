/**
 * Which certificate authorities a program trusts: those of its own `ca` file, or else the system's, as other programs of
 * the machine do (Node by itself knows only the list that it was built with). For every TLS connection of ours.
 */
import { readFileSync } from "node:fs";
import { McpError } from "../values/error.ts";

/** Debian and Alpine, Fedora and RHEL, SUSE, the BSDs and macOS. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * PEM texts for the `ca` option of TLS; undefined where the system has no bundle, so that Node's own list counts.
 * `SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS` are obeyed.
 * @throws McpError E_CONFIG when the file named cannot be read or holds no certificate
 */
export function trustedRoots(
  ca: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] | undefined {
  if (ca !== undefined) return [readAuthorities(ca)];
  const named = env["SSL_CERT_FILE"] || undefined;
  const bundle = named === undefined ? firstOf(BUNDLES) : readAuthorities(named);
  if (bundle === undefined) return undefined;
  const extra = firstOf([env["NODE_EXTRA_CA_CERTS"] || ""]);
  return extra === undefined || extra === bundle ? [bundle] : [bundle, extra];
}

/** The file's text. @throws McpError E_CONFIG when it cannot be read or holds no certificate; shows nothing of it */
function readAuthorities(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  } catch (cause) {
    throw new McpError("E_CONFIG", `the certificate authority's file ${path} cannot be read`, {
      cause,
      hint: "`ca` in the settings names this file: check its path and permissions",
    });
  }
  throw new McpError("E_CONFIG", `${path} holds no certificate in PEM form`, {
    hint: "the settings name there the certificate of the authority that the server's certificate comes from",
  });
}

function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // not on this kind of system: the next one
    }
  }
  return undefined;
}
