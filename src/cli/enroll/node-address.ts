/**
 * How a node reaches the bus if not at the usual address: through the leaf server of a site, or at an address that works only
 * where the node is. Pure.
 */
import type { BundleBus } from "../../schemas/wire/bundle.ts";
import { parseBusAddress, parseDomain } from "../../schemas/wire/bus-address.ts";
import { HUB_DOMAIN } from "../../schemas/wire/rights.ts";
import { McpError } from "../../values/error.ts";
import { isWrong } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { quoted } from "../../values/quoted.ts";

/** Absent parts are as for all nodes. */
export type NodeAddress = Partial<Pick<BundleBus, "servers" | "domain">>;

export interface NodeAddressOptions {
  readonly servers: readonly string[];
  readonly domain: string | undefined;
}

/** Undefined if no option was given. @throws McpError E_USAGE, without the address, since people put passwords there */
export function readNodeAddress({ servers, domain }: NodeAddressOptions): NodeAddress | undefined {
  if (servers.length === 0 && domain === undefined) return undefined;
  return {
    ...(servers.length === 0 ? {} : { servers: servers.map(readServer) }),
    ...present({ domain: domain === undefined ? undefined : readDomain(domain) }),
  };
}

function readServer(text: string): string {
  const parsed = parseBusAddress(text);
  if (!isWrong(parsed)) return parsed.value;
  throw new McpError("E_USAGE", `--server: ${parsed.wrong}`, {
    hint: "for example: --server tls://nats.lakeside.example.net:4222",
  });
}

/** The rights in nodes' credentials name this domain and no other. */
function readDomain(text: string): string {
  const parsed = parseDomain(text);
  if (!isWrong(parsed) && text === HUB_DOMAIN) return text;
  const why = isWrong(parsed) ? parsed.wrong : `is not the domain of the bus, which is "${HUB_DOMAIN}"`;
  throw new McpError("E_USAGE", `--domain: ${quoted(text)} ${why}`, { hint: `type --domain ${HUB_DOMAIN}` });
}
