/**
 * The servers' certificates. They come from the bus's own authority, whose key is in the identity directory, or from files
 * that the user gives. A certificate of ours is replaced if it is for other hosts or two thirds of its lifetime are over.
 */
import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { dirname, join } from "node:path";
import { syncDirectory, writeOnce } from "../../disk/atomic-file.ts";
import { ensurePrivateDirectory, readPrivateText } from "../../disk/private-path.ts";
import { readText } from "../../disk/read-text.ts";
import type { Certified } from "../../trust/certificate.ts";
import { McpError } from "../../values/error.ts";
import { ifThere } from "../../values/if-there.ts";
import { subjectOf } from "./server-hosts.ts";

const COMMON_NAME = "mcp bus";

/** Loaded only when needed: the library that creates certificates is large. */
const certificateMaker = () => import("../../trust/certificate.ts");

/** The bus's own authority; created if there is none. @throws McpError E_CONFIG, E_NOT_FOUND if a part is damaged or missing */
export async function ownAuthority(identityPath: string, now: Date): Promise<Certified> {
  const at = (name: string) => join(identityPath, "tls", name);
  const files = { cert: at("ca.pem"), key: at("ca-key.pem") };
  const existing = await readAuthority(files);
  if (existing !== undefined) return existing;
  const made = await (await certificateMaker()).createAuthority(COMMON_NAME, now);
  await writeAuthority(join(identityPath, "tls"), made);
  return made;
}

/** Both files or none: a killed run must not leave a key without a certificate. */
async function writeAuthority(dir: string, { certificate, key }: Certified): Promise<void> {
  const staged = `${dir}.${randomUUID()}.tmp`;
  try {
    await ensurePrivateDirectory(staged);
    await writeOnce(join(staged, "ca-key.pem"), key);
    await writeOnce(join(staged, "ca.pem"), certificate);
    await rename(staged, dir); // fails if the directory exists and is not empty
  } catch (cause) {
    await rm(staged, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to report
    if (cause instanceof McpError) throw cause;
    throw new McpError("E_CONFLICT", `${dir}: holds only a part of an authority, which is not overwritten`, {
      cause,
      hint: "put the missing file back from a backup",
    });
  }
  await syncDirectory(dirname(dir));
}

/** Undefined without its certificate. If only the key is missing, that is an error: every node trusts this authority. */
async function readAuthority(files: GivenFiles): Promise<Certified | undefined> {
  const certificate = await ifThere(readPrivateText(files.cert));
  if (certificate === undefined) return undefined;
  const texts = { certificate, key: await readPrivateText(files.key) };
  requirePair(files, texts);
  return texts;
}

/** The existing certificate while it is valid for these hosts, else a new one. */
export async function serverCertificate(
  old: Certified | undefined,
  authority: Certified,
  facts: { readonly hosts: readonly string[]; readonly now: Date },
): Promise<Certified> {
  if (old !== undefined && isGood(old, authority, facts)) return old;
  const { createServerCertificate } = await certificateMaker();
  return await createServerCertificate(authority, subjectOf(facts.hosts), facts.now);
}

function isGood(
  old: Certified,
  authority: Certified,
  { hosts, now }: { hosts: readonly string[]; now: Date },
): boolean {
  try {
    const certificate = new X509Certificate(old.certificate);
    const isOurs = certificate.verify(new X509Certificate(authority.certificate).publicKey);
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    const lives = to - now.getTime() > (to - from) / 3;
    return (
      isOurs &&
      lives &&
      certificate.checkPrivateKey(createPrivateKey(old.key)) &&
      hosts.every((host) => isFor(certificate, host))
    );
  } catch {
    return false; // damaged, or not a certificate: it is replaced
  }
}

const isFor = (certificate: X509Certificate, host: string) =>
  (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;

export interface GivenFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/**
 * The user's own certificate for a server with these host names.
 * @throws McpError E_CONFIG if the files do not belong together, or the certificate lacks one of the hosts
 */
export async function readGiven(
  files: GivenFiles,
  hosts: readonly string[],
): Promise<Certified & { readonly ca?: string }> {
  const [certificate, key] = await Promise.all([readText(files.cert, "E_CONFIG"), readText(files.key, "E_CONFIG")]);
  const ca = files.ca === undefined ? undefined : await readText(files.ca, "E_CONFIG");
  const parsed = requirePair(files, { certificate, key });
  if (ca !== undefined) parsedFrom(files.ca ?? "", () => new X509Certificate(ca));
  const missing = hosts.find((host) => !isFor(parsed, host));
  if (missing !== undefined) {
    throw new McpError("E_CONFIG", `${files.cert}: is not for ${missing}`, {
      hint: `it is for ${parsed.subjectAltName ?? "no host"}`,
    });
  }
  return { certificate, key, ...(ca === undefined ? {} : { ca }) };
}

function requirePair(files: GivenFiles, { certificate, key }: Certified): X509Certificate {
  const parsed = parsedFrom(files.cert, () => new X509Certificate(certificate));
  if (parsed.checkPrivateKey(parsedFrom(files.key, () => createPrivateKey(key)))) return parsed;
  throw new McpError("E_CONFIG", `${files.key}: is not the key of ${files.cert}`, {
    hint: "give a certificate and the key that belongs to it",
  });
}

function parsedFrom<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // The cause is left out: it may show key material.
    throw new McpError("E_CONFIG", `${path}: is not a valid PEM file`, {
      hint: "check the path, or put the file back from a backup",
    });
  }
}
