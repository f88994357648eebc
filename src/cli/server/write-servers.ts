/**
 * Writes the directory of each server of the bus: nats.conf and tls/. It holds nothing that an identity directory must
 * keep to itself; only the certificate's key is secret.
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
  /** One server's files lie right in it, each of a cluster's in a directory with its name. */
  readonly out: string;
  readonly now: Date;
  /** Somebody else's certificate, for all servers. */
  readonly given?: Certified;
}

/** @throws McpError E_CONFIG when a key or a certificate is missing, E_FILE */
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

/** Its own first. Those of the others too: servers tell clients each other's addresses, which these check by the name they know. */
function hostsOf(server: ServerRecord, { servers }: IdentityServerFile): string[] {
  return [...new Set([...server.hosts, ...servers.flatMap(({ hosts }) => hosts)])];
}

export interface CertificatePlace extends Pick<WriteServers, "identity" | "file" | "now" | "given"> {
  /** Of one server. */
  readonly dir: string;
}

/** The server's certificate, for these hosts. @throws McpError E_CONFIG when it is somebody else's and not there */
export async function writeTls(hosts: readonly string[], place: CertificatePlace): Promise<FileResult[]> {
  const { ca, certificate, key } = await certificateOf(hosts, place);
  const at = (name: string) => join(place.dir, "tls", name);
  await ensurePrivateDirectory(join(place.dir, "tls"));
  return [
    await putFile(at("server-key.pem"), key, { secret: true }),
    await putFile(at("server.pem"), certificate),
    ...(ca === undefined ? [] : [await putFile(at("ca.pem"), ca)]),
  ];
}

async function certificateOf(
  hosts: readonly string[],
  { identity, file, dir, now, given }: CertificatePlace,
): Promise<Certified & { readonly ca?: string }> {
  const old = given ?? (await standing(dir));
  if (file.certificates === "own") {
    const authority = await ownAuthority(identity.path, now);
    return { ...(await serverCertificate(old, authority, { hosts, now })), ca: authority.certificate };
  }
  if (old === undefined) {
    const hint = "give the files again with `--cert` and `--key`, or name the directory that holds them with `--out`";
    throw new McpError("E_CONFIG", `${dir}: has no certificate of the server`, { hint });
  }
  return { ...old, ...(identity.bus.ca === undefined ? {} : { ca: identity.bus.ca }) };
}

/** What lies in the directory from the last time. */
async function standing(dir: string): Promise<Certified | undefined> {
  const [certificate, key] = await Promise.all(
    ["server.pem", "server-key.pem"].map((name) => readIfThere(join(dir, "tls", name))),
  );
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}
