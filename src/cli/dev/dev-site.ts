/**
 * The files of the trial set-up: where each lies, and writing those that are missing. Keys are made once and kept, so
 * that a second `mcp dev` finds its services again. On the node's side everything belongs to the node's user.
 */
import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { renderServerConfig } from "../../bus/server-config.ts";
import type { NodeName } from "../../schemas/names.ts";
import { nodeRights } from "../../schemas/rights.ts";
import { createNkeyUser } from "../../trust/nkey-user.ts";
import type { DevUser } from "./dev-user.ts";

export interface DevSite {
  readonly dir: string;
  readonly node: NodeName;
  readonly url: string;
  readonly natsConfig: string;
  readonly agentConfig: string;
  /** The workstation's settings, ready to be used with MCP_CONFIG. */
  readonly config: string;
  readonly servicesDir: string;
}

/** `$XDG_DATA_HOME/mcp/dev` */
export function devDir(env: NodeJS.ProcessEnv): string {
  const given = env["XDG_DATA_HOME"] ?? "";
  return join(isAbsolute(given) ? given : join(env["HOME"] || homedir(), ".local", "share"), "mcp", "dev");
}

export interface SiteOptions {
  readonly dir: string;
  readonly node: NodeName;
  readonly port: number;
  readonly user: DevUser;
}

export async function writeSite({ dir, node, port, user }: SiteOptions): Promise<DevSite> {
  const url = `nats://127.0.0.1:${port}`;
  const home = user.dataDir;
  const at = (name: string) => join(dir, name);
  await mkdir(at("services"), { recursive: true, mode: 0o700 });
  await mkdir(at("nats"), { recursive: true, mode: 0o700 });
  await makeOwned(user, [home, join(home, "files")]);
  const operator = await keepKey(at("operator.creds"));
  const agent = await keepKey(join(home, "node.creds"), user);
  const users = [
    { name: "operator", publicKey: operator },
    { name: `node ${node}`, publicKey: agent, rights: nodeRights(node) },
  ];
  const listen = `127.0.0.1:${port}`;
  await writeFile(at("nats.conf"), renderServerConfig({ listen, storeDir: at("nats"), users }), { mode: 0o600 });
  await writeFile(at("mcp.toml"), workstationSettings(url, dir), { mode: 0o600 });
  await writeOwned(user, join(home, "agent.toml"), agentSettings(node, url, home));
  return {
    dir,
    node,
    url,
    natsConfig: at("nats.conf"),
    agentConfig: join(home, "agent.toml"),
    config: at("mcp.toml"),
    servicesDir: at("services"),
  };
}

/** Makes a key and its credentials file, or keeps the one there is. @returns the public key */
async function keepKey(path: string, user?: DevUser): Promise<string> {
  const publicPath = `${path}.pub`;
  const known = await readFile(publicPath, "utf8").catch(() => undefined);
  if (known !== undefined) return known.trim();
  const { publicKey, creds } = createNkeyUser();
  await writeOwned(user, path, creds);
  await writeFile(publicPath, `${publicKey}\n`, { mode: 0o600 });
  return publicKey;
}

async function writeOwned(user: DevUser | undefined, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (user?.ids !== undefined) await chown(path, user.ids.uid, user.ids.gid);
}

async function makeOwned(user: DevUser, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (user.ids !== undefined) await chown(path, user.ids.uid, user.ids.gid);
  }
}

function workstationSettings(url: string, dir: string): string {
  return `# Settings of the workstation for the trial set-up of \`mcp dev\`; written anew at each start.
[bus]
servers = [${JSON.stringify(url)}]
creds = ${JSON.stringify(join(dir, "operator.creds"))}

[services]
dir = ${JSON.stringify(join(dir, "services"))}
`;
}

function agentSettings(node: NodeName, url: string, home: string): string {
  return `# Settings of the agent of the trial set-up; written anew at each start.
node = ${JSON.stringify(node)}

[bus]
servers = [${JSON.stringify(url)}]
creds = ${JSON.stringify(join(home, "node.creds"))}

[store]
path = ${JSON.stringify(join(home, "store", "mcp.db"))}

[files]
root = ${JSON.stringify(join(home, "files"))}
`;
}
