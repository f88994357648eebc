/** Writes the files of the trial set-up. The node's files belong to the node's user. */
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderServerConfig } from "../../nats-server/server-config.ts";
import { nodeTenant, tenantAccountJwt, tenantCreds } from "../../trust/enroll.ts";
import { signingKeyOf } from "../../trust/keys.ts";
import type { NodeName } from "../../values/names.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { issuedTrust } from "../identity/issued-trust.ts";
import { devIdentity, devOperatorCreds } from "./dev-identity.ts";
import type { DevUser } from "./dev-user.ts";
import { type Trial, writeTrial } from "./trial.ts";

export interface DevSite {
  readonly dir: string;
  readonly node: NodeName;
  readonly url: string;
  /** Its bus has never run. */
  readonly isNew: boolean;
  readonly natsConfig: string;
  readonly agentConfig: string;
  /** The workstation's settings, for MCP_CONFIG. */
  readonly config: string;
  readonly servicesDir: string;
  /** The node's account, to be pushed to the server. */
  readonly nodeAccount: string;
  /** Credentials files: of the operator, and for pushing accounts. */
  readonly creds: string;
  readonly enrollCreds: string;
}

/** The programs' configuration files; their processes are recognized by these paths. */
export function devConfigs(dir: string, dataDir: string): Pick<DevSite, "natsConfig" | "agentConfig"> {
  return { natsConfig: join(dir, "nats.conf"), agentConfig: join(dataDir, "agent.toml") };
}

export interface SiteOptions extends Trial {
  readonly port: number;
  readonly user: DevUser;
}

export async function writeSite({ dir, node, port, user }: SiteOptions): Promise<DevSite> {
  const url = `nats://127.0.0.1:${port}`;
  const home = user.dataDir;
  const { natsConfig, agentConfig } = devConfigs(dir, home);
  const at = (name: string) => join(dir, name);
  await mkdir(at("services"), { recursive: true, mode: 0o700 });
  await writeTrial({ dir, node });
  const isNew = (await mkdir(at("nats"), { recursive: true, mode: 0o700 })) !== undefined;
  await makeOwned(user, [home, join(home, "files")]);
  const identity = await devIdentity(dir, url, join(home, "store"));
  const signer = identity.identity["break-glass"].publicKey;
  const enrolled = await enrolledNode(identity, node);
  const config = { listen: `127.0.0.1:${port}`, dataDir: at("nats"), trust: await issuedTrust(identity) };
  await writeFile(natsConfig, renderServerConfig(config), { mode: 0o600 });
  await writeFile(at("mcp.toml"), workstationSettings(url, dir, signer), { mode: 0o600 });
  await writeOwned(user, join(home, "node.creds"), enrolled.creds);
  await writeOwned(user, agentConfig, agentSettings(node, { url, home, signer }));
  return {
    dir,
    node,
    url,
    isNew,
    natsConfig,
    agentConfig,
    config: at("mcp.toml"),
    servicesDir: at("services"),
    nodeAccount: enrolled.accountJwt,
    creds: devOperatorCreds(dir),
    enrollCreds: identity.enrollCreds,
  };
}

/** The node's account, as `mcp node add` creates it; its credentials are new at each start. */
async function enrolledNode(dir: IdentityDir, node: NodeName): Promise<{ accountJwt: string; creds: string }> {
  const tenant = nodeTenant(node);
  const account = await dir.accountKey("node", node, { create: true });
  const facts = { tenant, account, control: dir.identity.control.publicKey };
  const signer = signingKeyOf(dir.identity["operator-signing"].seed);
  return { accountJwt: tenantAccountJwt(facts, signer), creds: tenantCreds(facts) };
}

async function writeOwned(user: DevUser, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (user.ids !== undefined) await chown(path, user.ids.uid, user.ids.gid);
}

async function makeOwned(user: DevUser, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (user.ids !== undefined) await chown(path, user.ids.uid, user.ids.gid);
  }
}

function workstationSettings(url: string, dir: string, signer: string): string {
  return `# Settings of the workstation for the trial set-up of \`mcp dev\`; written at each start.
[bus]
servers = [${JSON.stringify(url)}]
creds = ${JSON.stringify(devOperatorCreds(dir))}

[trust]
signers = [${JSON.stringify(signer)}]

[services]
dir = ${JSON.stringify(join(dir, "services"))}
`;
}

interface AgentFacts {
  readonly url: string;
  /** The node's directory. */
  readonly home: string;
  /** Public key that signs the claims of operators. */
  readonly signer: string;
}

function agentSettings(node: NodeName, { url, home, signer }: AgentFacts): string {
  return `# Settings of the agent of the trial set-up; written at each start.
node = ${JSON.stringify(node)}

[bus]
servers = [${JSON.stringify(url)}]
creds = ${JSON.stringify(join(home, "node.creds"))}

[trust]
signers = [${JSON.stringify(signer)}]

[store]
path = ${JSON.stringify(join(home, "store", "mcp.db"))}

[files]
root = ${JSON.stringify(join(home, "files"))}
`;
}
