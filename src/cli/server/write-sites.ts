/**
 * Writes the directory of each site's leaf server: nats.conf, tls/, and credentials with which its nodes' messages cross to
 * the hub. It holds nothing of other nodes, so that a site that was broken into is no more than its own nodes.
 */
import { join } from "node:path";
import type { SiteRecord } from "../../schemas/identity-file.ts";
import type { FileResult } from "../../schemas/json-bus-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import type { ServerTrust } from "../../trust/bus-identity.ts";
import { bridgeCreds, nodeTenant, siteAccountJwt } from "../../trust/enrol.ts";
import { type KeyPair, signingKeyOf } from "../../trust/keys.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { issuedTrust } from "../identity/issued-trust.ts";
import { ensurePrivateDirectory } from "../identity/secret-file.ts";
import { putFile, readIfThere } from "./put-file.ts";
import { renderSite } from "./render-servers.ts";
import { type WriteServers, writeTls } from "./write-servers.ts";

/** @throws McpError E_NOT_FOUND for a node that was never added, E_CONFIG as `writeServers` */
export async function writeSites({ out, ...place }: WriteServers): Promise<FileResult[]> {
  const written: FileResult[] = [];
  for (const site of place.file.sites ?? []) {
    written.push(...(await writeSite(site, { ...place, dir: join(out, "sites", site.name) })));
  }
  return written;
}

async function writeSite(site: SiteRecord, place: Omit<WriteServers, "out"> & { dir: string }): Promise<FileResult[]> {
  const { identity, file, dir } = place;
  const nodes = await Promise.all(
    site.nodes.map(async (node) => ({ node, account: await identity.accountKey("node", node) })),
  );
  const path = join(dir, "nats.conf");
  const trust = siteTrust(await issuedTrust(identity), nodes, {
    signer: signingKeyOf(identity.identity["operator-signing"].seed),
    old: (await readIfThere(path)) ?? "",
  });
  const written = await writeTls([site.host], place);
  await ensurePrivateDirectory(join(dir, "nodes"));
  for (const { node, account } of nodes) {
    const creds = join(dir, "nodes", `${node}.creds`);
    written.push(await putFile(creds, await bridgeCredsOf(identity, node, account), { secret: true }));
  }
  const accounts = nodes.map(({ node, account }) => ({ node, account: account.publicKey }));
  return [await putFile(path, renderSite(site, file, { trust, accounts })), ...written];
}

/** As made when the node was enrolled; now for one that an earlier version enrolled. */
async function bridgeCredsOf(identity: IdentityDir, node: NodeName, account: KeyPair): Promise<string> {
  const kept = await identity.bridgeCreds(node);
  if (kept !== undefined) return kept;
  const made = bridgeCreds({ tenant: nodeTenant(node), account });
  await identity.keepBridgeCreds(node, made);
  return made;
}

/** Of the operator, the system account and these nodes; a JWT that stands in the old text is kept. */
function siteTrust(
  { operatorJwt, systemAccount, accounts }: ServerTrust,
  nodes: readonly { readonly node: string; readonly account: KeyPair }[],
  { signer, old }: { readonly signer: ReturnType<typeof signingKeyOf>; readonly old: string },
): ServerTrust {
  const issued = nodes.map(({ node, account }) => {
    const standing = new RegExp(`^ +${account.publicKey}: (\\S+)$`, "m").exec(old)?.[1];
    return [account.publicKey, standing ?? siteAccountJwt({ tenant: nodeTenant(node), account }, signer)] as const;
  });
  const system = accounts[systemAccount] ?? "";
  return { operatorJwt, systemAccount, accounts: { [systemAccount]: system, ...Object.fromEntries(issued) } };
}
