/**
 * Writes the directory of each site's leaf server: nats.conf, tls/, and the credentials that carry its nodes' messages to the
 * hub. It holds nothing of other nodes: an attacker who takes the site gains only its own nodes.
 */
import { join } from "node:path";
import { ensurePrivateDirectory } from "../../disk/private-path.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";
import type { SiteRecord } from "../../schemas/settings/identity-file.ts";
import type { ServerTrust } from "../../trust/bus-identity.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { nodeTenant, siteAccountJwt } from "../../trust/enroll.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { type KeyPair, signingKeyOf } from "../../trust/keys.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { issuedTrust, keptOr } from "../identity/issued-trust.ts";
import { putFile, readIfThere } from "./put-file.ts";
import { renderSite } from "./render-servers.ts";
import { type WriteServers, writeTls } from "./write-servers.ts";

/** @throws McpError E_NOT_FOUND for a node that was never added, E_CONFIG as `writeServers` */
export async function writeSites({ out, ...inputs }: WriteServers): Promise<FileResult[]> {
  const written: FileResult[] = [];
  for (const site of inputs.file.sites ?? []) {
    written.push(...(await writeSite(site, { ...inputs, dir: join(out, "sites", site.name) })));
  }
  return written;
}

async function writeSite(site: SiteRecord, target: Omit<WriteServers, "out"> & { dir: string }): Promise<FileResult[]> {
  const { identity, file, dir } = target;
  const nodes = await Promise.all(site.nodes.map((node) => carriedNode(identity, node)));
  const path = join(dir, "nats.conf");
  const trust = siteTrust(await issuedTrust(identity), nodes, {
    signer: signingKeyOf(identity.identity["operator-signing"].seed),
    old: (await readIfThere(path)) ?? "",
  });
  const written = await writeTls([site.host], target);
  await ensurePrivateDirectory(join(dir, "nodes"));
  for (const { node, creds } of nodes) {
    written.push(await putFile(join(dir, "nodes", `${node}.creds`), creds, { secret: true }));
  }
  const accounts = nodes.map(({ node, account }) => ({ node, account: account.publicKey }));
  return [await putFile(path, renderSite(site, file, { trust, accounts })), ...written];
}

interface CarriedNode {
  readonly node: NodeName;
  readonly account: KeyPair;
  /** Text of the credentials that carry its messages to the hub. */
  readonly creds: string;
}

/** @throws McpError E_NOT_FOUND if the node was never added, E_CONFIG if an earlier version added it */
export async function carriedNode(identity: IdentityDir, node: NodeName): Promise<CarriedNode> {
  const account = await identity.accountKey("node", node);
  const creds = await identity.bridgeCreds(node);
  if (creds !== undefined) return { node, account, creds };
  throw new McpError("E_CONFIG", `node ${node} has no credentials for the leaf server of a site`, {
    hint: `create them, and new ones for the node, with \`mcp node add ${node} --renew\``,
  });
}

/** The JWTs of the operator, the system account and these nodes. A JWT in the old text is kept while its claims are the same. */
function siteTrust(
  { operatorJwt, systemAccount, accounts }: ServerTrust,
  nodes: readonly CarriedNode[],
  { signer, old }: { readonly signer: ReturnType<typeof signingKeyOf>; readonly old: string },
): ServerTrust {
  const issued = nodes.map(({ node, account, creds }) => {
    const existing = new RegExp(`^ +${account.publicKey}: (\\S+)$`, "m").exec(old)?.[1];
    const revokedUntilS = issuedAt(creds) - 1; // all credentials of an enrollment are issued in the same second
    const jwt = siteAccountJwt({ tenant: nodeTenant(node), account, revokedUntilS }, signer);
    return [account.publicKey, keptOr(existing, jwt)] as const;
  });
  const system = accounts[systemAccount] ?? "";
  return { operatorJwt, systemAccount, accounts: { [systemAccount]: system, ...Object.fromEntries(issued) } };
}

/** Unix seconds. */
const issuedAt = (creds: string) => decodeJwt(parseCreds(creds).jwt ?? "").iat;
