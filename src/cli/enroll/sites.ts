/** The sites in the identity directory: each has a leaf server that its nodes connect to. */
import type { SiteRecord } from "../../schemas/settings/identity-file.ts";
import type { NodeName } from "../../values/names.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { serverFile } from "../identity/identity-documents.ts";

/** The site of the node; undefined if it connects to the bus directly. */
export async function siteOf(dir: Pick<IdentityDir, "path">, node: NodeName): Promise<SiteRecord | undefined> {
  const { sites = [] } = (await serverFile(dir.path).read()) ?? {};
  return sites.find(({ nodes }) => nodes.includes(node));
}

/** Removes the node from its site, and a site without nodes. @returns its site as it was before, if it had one */
export async function leaveSite(dir: Pick<IdentityDir, "path">, node: NodeName): Promise<SiteRecord | undefined> {
  const left = await siteOf(dir, node);
  if (left === undefined) return undefined;
  await serverFile(dir.path).change((file) => {
    if (file === undefined) throw new Error("unreachable: it named a site a moment ago");
    const sites = (file.sites ?? []).map((site) => ({ ...site, nodes: site.nodes.filter((name) => name !== node) }));
    return { ...file, sites: sites.filter(({ nodes }) => nodes.length > 0) };
  });
  return left;
}
