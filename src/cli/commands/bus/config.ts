/** `mcp bus config`: renders the configuration of each server again, from the identity directory. */
import { dirname, join, resolve } from "node:path";
import { Option } from "clipanion";
import type { BusConfigOutput } from "../../../schemas/output/bus-output.ts";
import type { IdentityServerFile, ServerRecord } from "../../../schemas/settings/identity-file.ts";
import { styled } from "../../../terminal/cell.ts";
import { McpError } from "../../../values/error.ts";
import { isName } from "../../../values/names.ts";
import { quoted } from "../../../values/quoted.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { type IdentityDir, identityPath, openIdentityDir } from "../../identity/identity-dir.ts";
import { serverFile } from "../../identity/identity-documents.ts";
import { clientUrls } from "../../server/render-servers.ts";
import { requireHost, requirePort } from "../../server/server-hosts.ts";
import { writeServers } from "../../server/write-servers.ts";
import { carriedNode, writeSites } from "../../server/write-sites.ts";
import { locateSettings } from "../../settings/locate-settings.ts";

const DEFAULT_PORT = "4222";

export class BusConfigCommand extends BaseCommand {
  static override paths = [["bus", "config"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Render the configuration of the bus servers again",
    details: `It adds removed operators to nats.conf, and renews a certificate of the bus's own authority after two thirds of its lifetime.
Files without a change stay as they are, byte for byte. --cluster makes the bus a cluster of three servers: copy each directory to
its machine, then run \`mcp bus provision --replicas 3\` on a new bus.`,
    examples: [
      ["After an operator was removed, or once a year", "$0 bus config"],
      [
        "A cluster of three",
        "$0 bus config --cluster n1=n1.example.net --cluster n2=n2.example.net --cluster n3=n3.example.net",
      ],
      ["Let the leaf servers of sites connect", "$0 bus config --leaf-port 7422"],
      ["A leaf server for a site", "$0 bus config --site lakeside=nats.lakeside.example.net --node rift --node orion"],
    ],
  });

  identity = Option.String("--identity", {
    description: "directory of the keys (default: $MCP_IDENTITY, else `identity` next to the settings file)",
  });
  target = Option.String("--out", {
    description: "directory to write to (default: `server` next to the settings file)",
  });
  cluster = Option.Array("--cluster", [], { description: "one of three servers, repeatable" });
  site = Option.String("--site", { description: "leaf server of a site, for the nodes in --node" });
  nodes = Option.Array("--node", [], { description: "node that connects to the site's server, repeatable" });
  leafPort = Option.String("--leaf-port", { description: "port for the leaf servers of sites" });

  websocketPort = Option.String("--websocket-port", {
    description: "port for clients over WebSockets (wss://)",
  });

  async run() {
    const { env, cwd, now } = this.context;
    const settings = locateSettings({ ...this.choice, env, cwd }).path;
    const identity = await openIdentityDir(identityPath({ identity: this.identity, env, cwd, settingsPath: settings }));
    const nodes = this.nodes.map((node) => readNodeName("bus config", node));
    await Promise.all(nodes.map((node) => carriedNode(identity, node))); // before anything is written
    const out = this.target === undefined ? join(dirname(settings), "server") : resolve(cwd, this.target);
    const file = await serverFile(identity.path).change((old) => this.#changed(old, identity));
    const servers = clientUrls(file);
    if (servers.join() !== identity.bus.servers.join()) await identity.changeBus({ ...identity.bus, servers });
    const place = { identity, file, out, now: new Date(now()) };
    const files = [...(await writeServers(place)), ...(await writeSites(place))];
    const output = { identity: identity.path, server: out, servers, files } satisfies BusConfigOutput;
    if (this.json) this.out.document(output);
    else this.#print(output);
    return undefined;
  }

  /** @throws McpError E_CONFIG, E_USAGE */
  #changed(old: IdentityServerFile | undefined, { path }: IdentityDir): IdentityServerFile {
    if (old === undefined) {
      throw new McpError("E_CONFIG", `${path}: no servers are recorded`, {
        hint: "if `mcp bus init` was interrupted, run it again; it creates what is missing",
      });
    }
    const servers = this.cluster.length === 0 ? old.servers : clusterOf(this.cluster);
    const leaf = this.leafPort === undefined ? {} : { leafPort: requirePort("--leaf-port", this.leafPort) };
    const websocket =
      this.websocketPort === undefined ? {} : { websocketPort: requirePort("--websocket-port", this.websocketPort) };
    return withSite({ ...old, servers, ...leaf, ...websocket }, this.site, this.nodes);
  }

  #print({ server, servers, files }: BusConfigOutput): void {
    this.out.table(
      ["FILE", "RESULT"],
      files.map(({ path, result }) => [path, styled(result === "unchanged" ? "dim" : "green", result)]),
    );
    if (files.every(({ result }) => result === "unchanged")) return;
    this.out.note(
      `copy ${server}/ to ${servers.length === 1 ? "the server" : "the servers, one directory each,"} and reload: nats-server --signal reload`,
    );
    this.out.note("if the server has lost its data: `mcp bus push`");
  }
}

/** @throws McpError E_USAGE unless there are three servers with different names */
function clusterOf(texts: readonly string[]): ServerRecord[] {
  const servers = texts.map((text) => parseServer("--cluster", text));
  const names = new Set(servers.map(({ name }) => name));
  if (servers.length === 3 && names.size === 3) return servers;
  throw new McpError("E_USAGE", "--cluster: a cluster needs three servers with different names", {
    hint: "--cluster n1=n1.example.net --cluster n2=n2.example.net --cluster n3=n3.example.net",
  });
}

/** Adds the site, or replaces the one of that name. @throws McpError E_USAGE */
function withSite(file: IdentityServerFile, text: string | undefined, nodes: readonly string[]): IdentityServerFile {
  if (text === undefined && nodes.length === 0) return file;
  if (text === undefined || nodes.length === 0 || file.leafPort === undefined) {
    throw new McpError("E_USAGE", "a site needs --site, --node for each of its nodes, and --leaf-port the first time", {
      hint: "mcp bus config --leaf-port 7422 --site lakeside=nats.lakeside.example.net --node rift",
    });
  }
  const { name = "", hosts, port } = parseServer("--site", text);
  const site = { name, host: hosts[0] ?? "", port, nodes: nodes.map((node) => readNodeName("bus config", node)) };
  return { ...file, sites: [...(file.sites ?? []).filter((other) => other.name !== name), site] };
}

function parseServer(option: string, text: string): ServerRecord {
  const {
    name = "",
    host = "",
    bare = "",
    port = DEFAULT_PORT,
  } = /^(?<name>[^=]+)=(?:\[(?<host>[^\]]+)\]|(?<bare>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups ?? {};
  if (!isName(name)) {
    throw new McpError("E_USAGE", `${option}: ${quoted(text)} is not of the form name=host[:port]`, {
      hint: `${option} n1=n1.example.net:4222`,
    });
  }
  return { name, hosts: [requireHost(host || bare)], port: requirePort(option, port) };
}
