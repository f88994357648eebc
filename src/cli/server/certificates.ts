/**
 * The servers' certificates: from an authority of the bus's own, whose key lies in the identity directory, or somebody
 * else's, given as files. A server's own one is replaced when it is for other hosts, or two thirds of its life are over.
 */
import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { writeOnce } from "../../disk/atomic-file.ts";
import { ensurePrivateDirectory, readPrivateText } from "../../disk/private-path.ts";
import { readText } from "../../disk/read-text.ts";
import type { Certified } from "../../trust/certificate.ts";
import { McpError } from "../../values/error.ts";
import { ifThere } from "../../values/if-there.ts";
import { subjectOf } from "./server-hosts.ts";

const COMMON_NAME = "mcp bus";

/** The library that makes certificates is large, and wanted here alone. */
const certificateMaker = () => import("../../trust/certificate.ts");

/** The bus's own authority, made when there is none yet. @throws McpError E_CONFIG, E_NOT_FOUND when a part of it is damaged or gone */
export async function ownAuthority(identityPath: string, now: Date): Promise<Certified> {
  const at = (name: string) => join(identityPath, "tls", name);
  const files = { cert: at("ca.pem"), key: at("ca-key.pem") };
  const standing = await readAuthority(files);
  if (standing !== undefined) return standing;
  const made = await (await certificateMaker()).createAuthority(COMMON_NAME, now);
  await writeAuthority(join(identityPath, "tls"), made);
  return made;
}

/** Both files or none, so that a run that is killed leaves no key without a certificate. */
async function writeAuthority(dir: string, { certificate, key }: Certified): Promise<void> {
  const staged = `${dir}.${randomUUID()}.tmp`;
  try {
    await ensurePrivateDirectory(staged);
    await writeOnce(join(staged, "ca-key.pem"), key);
    await writeOnce(join(staged, "ca.pem"), certificate);
    await rename(staged, dir); // fails where a directory with anything in it is
  } catch (cause) {
    await rm(staged, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to tell
    if (cause instanceof McpError) throw cause;
    throw new McpError("E_CONFLICT", `${dir}: holds a part of an authority, which is not written over`, {
      cause,
      hint: "put the missing file back from a backup",
    });
  }
}

/** Undefined without its certificate. One that has lost its key alone is not replaced: every node trusts it. */
async function readAuthority(files: GivenFiles): Promise<Certified | undefined> {
  const certificate = await ifThere(readPrivateText(files.cert));
  if (certificate === undefined) return undefined;
  const texts = { certificate, key: await readPrivateText(files.key) };
  demandPair(files, texts);
  return texts;
}

/** The certificate that stands, as long as it is good for these hosts; else a new one. */
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
    return false; // damaged, or no certificate at all: a new one takes its place
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
 * Somebody else's certificate for a server that is dialed under these names.
 * @throws McpError E_CONFIG when the files do not belong together, or are not for the first of the hosts
 */
export async function readGiven(
  files: GivenFiles,
  hosts: readonly string[],
): Promise<Certified & { readonly ca?: string }> {
  const [certificate, key] = await Promise.all([readText(files.cert, "E_CONFIG"), readText(files.key, "E_CONFIG")]);
  const ca = files.ca === undefined ? undefined : await readText(files.ca, "E_CONFIG");
  const parsed = demandPair(files, { certificate, key });
  if (ca !== undefined) parsedFrom(files.ca ?? "", () => new X509Certificate(ca));
  const stranger = hosts.find((host) => !isFor(parsed, host));
  if (stranger !== undefined) {
    throw new McpError("E_CONFIG", `${files.cert}: is not for ${stranger}`, {
      hint: `it is for ${parsed.subjectAltName ?? "nobody"}`,
    });
  }
  return { certificate, key, ...(ca === undefined ? {} : { ca }) };
}

function demandPair(files: GivenFiles, { certificate, key }: Certified): X509Certificate {
  const parsed = parsedFrom(files.cert, () => new X509Certificate(certificate));
  if (parsed.checkPrivateKey(parsedFrom(files.key, () => createPrivateKey(key)))) return parsed;
  throw new McpError("E_CONFIG", `${files.key}: is not the key of ${files.cert}`, {
    hint: "give the two that belong together",
  });
}

function parsedFrom<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // without its cause, which may show key material
    throw new McpError("E_CONFIG", `${path}: is no PEM file of the kind that is needed`, {
      hint: "check the path, or put the file back from a backup",
    });
  }
}
