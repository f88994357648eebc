/** The trial set-up of `mcp dev`: its directory, which says what node it has. Each directory has one node. */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readTextIfThere } from "../../disk/read-text.ts";
import { dataHome } from "../../disk/user-directories.ts";
import { McpError } from "../../values/error.ts";
import { isName, type NodeName } from "../../values/names.ts";
import { ACCOUNT_FOLDERS } from "../identity/identity-keys.ts";
import { namesIn } from "../identity/names-in.ts";

export interface Trial {
  readonly dir: string;
  readonly node: NodeName;
}

export const DEFAULT_NODE: NodeName = "dev";

/** `$XDG_DATA_HOME/mcp/dev` */
export function devDir(env: NodeJS.ProcessEnv): string {
  return join(dataHome(env), "mcp", "dev");
}

const nodeFile = (dir: string) => join(dir, "node");

/** Names of the accounts of the trial's bus; version 0.1.0 wrote no other record of the node. */
const enrolledNodes = async (dir: string) => {
  const names = await namesIn(join(dir, "identity", ACCOUNT_FOLDERS.node));
  return names.filter((name) => name.endsWith(".nk")).map((name) => name.slice(0, -".nk".length));
};

/** The nodes that this directory has had: one, unless version 0.1.0 was started with several names. */
export async function knownNodes(dir: string): Promise<readonly NodeName[]> {
  const written = (await readTextIfThere(nodeFile(dir), "E_FILE"))?.trim();
  const names = written === undefined ? await enrolledNodes(dir) : [written];
  return names.filter(isName);
}

export async function writeTrial({ dir, node }: Trial): Promise<void> {
  await writeFile(nodeFile(dir), `${node}\n`, { mode: 0o600 });
}

/**
 * The trial set-up of this directory; undefined when there is none.
 * @param asked the value of `--node`
 * @throws McpError E_REFUSED when the directory has another node, or several and none was named
 */
export async function findTrial(dir: string, asked: string | undefined): Promise<Trial | undefined> {
  const nodes = await knownNodes(dir);
  const [only, ...others] = nodes;
  if (only === undefined) return undefined;
  if (asked === undefined && others.length === 0) return { dir, node: only };
  const chosen = nodes.find((name) => name === asked);
  if (chosen !== undefined) return { dir, node: chosen };
  const names = nodes.map((name) => `"${name}"`).join(", ");
  if (asked === undefined) {
    throw new McpError("E_REFUSED", `the trial set-up in ${dir} has several nodes: ${names}`, {
      hint: `choose one: --node ${only}`,
    });
  }
  throw new McpError("E_REFUSED", `the trial set-up in ${dir} has the node ${names}, not "${asked}"`, {
    hint: "leave out `--node`; or remove this set-up first: mcp dev remove",
  });
}

/** As findTrial. @throws McpError E_NOT_FOUND when there is none */
export async function requireTrial(dir: string, asked: string | undefined): Promise<Trial> {
  const found = await findTrial(dir, asked);
  if (found !== undefined) return found;
  throw new McpError("E_NOT_FOUND", `there is no trial set-up in ${dir}`, { hint: "start one: mcp dev" });
}

/**
 * A new bus must not go into the directory of the trial set-up, to which MCP_CONFIG may still lead.
 * @throws McpError E_USAGE when the settings file is the one that `mcp dev` writes
 */
export function refuseTrialSettings(settings: string, env: NodeJS.ProcessEnv): void {
  const dir = dirname(settings);
  if (dir !== devDir(env) && !dir.endsWith("/mcp/dev")) return;
  throw new McpError("E_USAGE", `the settings in use belong to the trial set-up of \`mcp dev\`: ${settings}`, {
    hint: "unset MCP_CONFIG, or name other settings: --config <file>",
  });
}
