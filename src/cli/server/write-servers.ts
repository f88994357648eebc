/**
 * Writes the directory of each server of the bus: nats.conf and tls/. It holds no key of the identity directory; only the
 * certificate's key is secret.
 */
import { join } from "node:path";
import { ensurePrivateDirectory } from "../../disk/private-path.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";
import type { IdentityServerFile, ServerRecord } from "../../schemas/settings/identity-file.ts";
import type { Certified } from "../../trust/certificate.ts";
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { issuedTrust } from "../identity/issued-trust.ts";
import { ownAuthority, serverCertificate } from "./certificates.ts";
import { putFile, readIfThere } from "./put-file.ts";
import { renderServer } from "./render-servers.ts";

export interface WriteServers {
  readonly identity: IdentityDir;
  readonly file: IdentityServerFile;
  /** One server's files go directly into it; each server of a cluster has a directory with its name. */
  readonly out: string;
  readonly now: Date;
  /** The user's own certificate, for all servers. */
  readonly given?: Certified;
}

/** @throws McpError E_CONFIG if a key or certificate is missing, E_FILE */
export async function writeServers({ identity, file, out, now, given }: WriteServers): Promise<FileResult[]> {
  const trust = await issuedTrust(identity);
  const written: FileResult[] = [];
  for (const server of file.servers) {
    const dir = server.name === undefined ? out : join(out, server.name);
    const certified = await writeTls(hostsOf(server, file), { identity, file, dir, now, ...(given && { given }) });
    written.push(await putFile(join(dir, "nats.conf"), renderServer(server, file, trust)), ...certified);
  }
  return written;
}

/** Its own first, then those of the other servers: a client that moves to another server still checks the name it knows. */
function hostsOf(server: ServerRecord, { servers }: IdentityServerFile): string[] {
  return [...new Set([...server.hosts, ...servers.flatMap(({ hosts }) => hosts)])];
}

export interface CertificateTarget extends Pick<WriteServers, "identity" | "file" | "now" | "given"> {
  /** The directory of one server. */
  readonly dir: string;
}

/** The server's certificate for these hosts. @throws McpError E_CONFIG if it is the user's own and missing */
export async function writeTls(hosts: readonly string[], target: CertificateTarget): Promise<FileResult[]> {
  const { ca, certificate, key } = await certificateOf(hosts, target);
  const at = (name: string) => join(target.dir, "tls", name);
  await ensurePrivateDirectory(join(target.dir, "tls"));
  return [
    await putFile(at("server-key.pem"), key, { secret: true }),
    await putFile(at("server.pem"), certificate),
    ...(ca === undefined ? [] : [await putFile(at("ca.pem"), ca)]),
  ];
}

async function certificateOf(
  hosts: readonly string[],
  { identity, file, dir, now, given }: CertificateTarget,
): Promise<Certified & { readonly ca?: string }> {
  const old = given ?? (await existingPair(dir));
  if (file.certificates === "own") {
    const authority = await ownAuthority(identity.path, now);
    return { ...(await serverCertificate(old, authority, { hosts, now })), ca: authority.certificate };
  }
  if (old === undefined) {
    const hint = "give the files again with `--cert` and `--key`, or name the directory that holds them with `--out`";
    throw new McpError("E_CONFIG", `${dir}: the server's certificate is missing`, { hint });
  }
  return { ...old, ...(identity.bus.ca === undefined ? {} : { ca: identity.bus.ca }) };
}

/** The certificate and key that are in the directory already. */
async function existingPair(dir: string): Promise<Certified | undefined> {
  const [certificate, key] = await Promise.all(
    ["server.pem", "server-key.pem"].map((name) => readIfThere(join(dir, "tls", name))),
  );
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}
