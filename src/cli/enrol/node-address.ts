/**
 * What somebody says of how a node reaches the bus where it does not as everybody does: by the leaf server of a site, or by
 * an address that counts where the node is. Pure.
 */
import type { BundleBus } from "../../schemas/wire/bundle.ts";
import { parseBusAddress, parseDomain } from "../../schemas/wire/bus-address.ts";
import { HUB_DOMAIN } from "../../schemas/wire/rights.ts";
import { McpError } from "../../values/error.ts";
import { isWrong } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { quoted } from "../../values/quoted.ts";

/** What somebody said of it; absent is as everybody has it. */
export type NodeDoor = Partial<Pick<BundleBus, "servers" | "domain">>;

export interface DoorWords {
  readonly servers: readonly string[];
  readonly domain: string | undefined;
}

/** Undefined where nothing was said. @throws McpError E_USAGE; no address is repeated, since people put passwords there */
export function readDoor({ servers, domain }: DoorWords): NodeDoor | undefined {
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

/** Credentials of nodes say what they may do, and behind a leaf server under the name of this domain alone. */
function readDomain(text: string): string {
  const parsed = parseDomain(text);
  if (!isWrong(parsed) && text === HUB_DOMAIN) return text;
  const why = isWrong(parsed) ? parsed.wrong : `is not the domain of the bus's streams, which is "${HUB_DOMAIN}"`;
  throw new McpError("E_USAGE", `--domain: ${quoted(text)} ${why}`, { hint: `write --domain ${HUB_DOMAIN}` });
}
