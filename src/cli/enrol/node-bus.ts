/** How a node reaches the bus, for its bundle. */
import { checkSettings } from "../../bus/connection/settings.ts";
import type { BundleBus } from "../../schemas/wire/bundle.ts";
import { HUB_DOMAIN } from "../../schemas/wire/rights.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { tlsUrl } from "../server/server-hosts.ts";
import { busOf } from "./bundle-parts.ts";
import type { NodeDoor } from "./node-address.ts";
import { siteOf } from "./sites.ts";

export interface DoorWish {
  readonly node: NodeName;
  readonly door: NodeDoor | undefined;
  /** Allows plain text to another machine. */
  readonly insecure: boolean;
}

/**
 * What the node's bundle says: as was given, else the leaf server of the site that it is of, else as everybody has it.
 * @throws McpError E_CONFIG, E_REFUSED for addresses that no agent would dial
 */
export async function nodeBusOf(dir: IdentityDir, { node, door, insecure }: DoorWish): Promise<BundleBus> {
  const bus = { ...busOf(dir), ...(door ?? (await siteDoor(dir, node))) };
  if (door !== undefined) checkSettings({ servers: bus.servers, insecure, ...present({ ca: bus.ca }) });
  return bus;
}

async function siteDoor(dir: IdentityDir, node: NodeName): Promise<NodeDoor | undefined> {
  const site = await siteOf(dir, node);
  return site && { servers: [tlsUrl(site.host, site.port)], domain: HUB_DOMAIN };
}
