/** The part of a node's bundle about how it reaches the bus. */
import { checkSettings } from "../../bus/connection/settings.ts";
import type { BundleBus } from "../../schemas/wire/bundle.ts";
import { HUB_DOMAIN } from "../../schemas/wire/rights.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { tlsUrl } from "../server/server-hosts.ts";
import { busOf } from "./bundle-parts.ts";
import type { NodeAddress } from "./node-address.ts";
import { siteOf } from "./sites.ts";

export interface NodeBusOptions {
  readonly node: NodeName;
  readonly address: NodeAddress | undefined;
  /** Allows plain text to another machine. */
  readonly insecure: boolean;
}

/**
 * The given address, else the leaf server of the node's site, else the usual address.
 * @throws McpError E_CONFIG, E_REFUSED for addresses that no agent would connect to
 */
export async function nodeBusOf(dir: IdentityDir, { node, address, insecure }: NodeBusOptions): Promise<BundleBus> {
  const bus = { ...busOf(dir), ...(address ?? (await siteAddress(dir, node))) };
  if (address !== undefined) checkSettings({ servers: bus.servers, insecure, ...present({ ca: bus.ca }) });
  return bus;
}

async function siteAddress(dir: IdentityDir, node: NodeName): Promise<NodeAddress | undefined> {
  const site = await siteOf(dir, node);
  return site && { servers: [tlsUrl(site.host, site.port)], domain: HUB_DOMAIN };
}
