/** Renders the configuration of each server of the bus from the identity's record of the servers. */
import { join } from "node:path";
import { renderServerConfig, renderSiteConfig, type ServerConfig } from "../../nats-server/server-config.ts";
import type { IdentityServerFile, ServerRecord, SiteRecord } from "../../schemas/settings/identity-file.ts";
import { HUB_DOMAIN } from "../../schemas/wire/rights.ts";
import type { ServerTrust } from "../../trust/bus-identity.ts";
import { present } from "../../values/present.ts";
import { hostAndPort, listenHost, tlsUrl } from "./server-hosts.ts";

/** For the other servers of a cluster. */
const ROUTE_PORT = 6222;

/** The text of nats.conf for one of the servers. */
export function renderServer(server: ServerRecord, file: IdentityServerFile, trust: ServerTrust): string {
  const { servers, configDir, dataDir, leafPort, websocketPort } = file;
  const at = (name: string) => join(configDir, "tls", name);
  const routes = servers.map(({ hosts }) => hostAndPort(hosts[0] ?? "", ROUTE_PORT));
  const listen = (port: number) => hostAndPort(listenHost(server.hosts), port);
  const config: ServerConfig = {
    listen: listen(server.port),
    dataDir,
    trust,
    tls: { cert: at("server.pem"), key: at("server-key.pem") },
    ...present({
      name: server.name,
      domain: leafPort === undefined ? undefined : HUB_DOMAIN,
      cluster: servers.length === 1 ? undefined : { listen: listen(ROUTE_PORT), routes, ca: at("ca.pem") },
      websocket: websocketPort === undefined ? undefined : listen(websocketPort),
      leaves: leafPort === undefined ? undefined : { listen: listen(leafPort) },
    }),
  };
  return renderServerConfig(config);
}

/** URLs for clients. */
export const clientUrls = ({ servers }: Pick<IdentityServerFile, "servers">) =>
  servers.map(({ hosts, port }) => tlsUrl(hosts[0] ?? "", port));

/** The public key of the account of each node of a site. */
export type NodeAccounts = readonly { readonly node: string; readonly account: string }[];

/** The text of nats.conf for the leaf server of a site. */
export function renderSite(
  site: SiteRecord,
  file: IdentityServerFile,
  facts: { trust: ServerTrust; accounts: NodeAccounts },
): string {
  const { servers, configDir, leafPort = 0 } = file;
  const at = (name: string) => join(configDir, name);
  return renderSiteConfig({
    name: site.name,
    listen: hostAndPort(listenHost([site.host]), site.port),
    trust: facts.trust,
    tls: { cert: at("tls/server.pem"), key: at("tls/server-key.pem") },
    hub: servers.map(({ hosts }) => tlsUrl(hosts[0] ?? "", leafPort)),
    bridges: facts.accounts.map(({ node, account }) => ({ account, creds: at(`nodes/${node}.creds`) })),
    ...(file.certificates === "own" ? { ca: at("tls/ca.pem") } : {}),
  });
}
