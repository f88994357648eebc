/**
 * Finds the programs that `scripts/setup.sh` provides: first the variable that names one, then .tools/ beside the project.
 * What is missing is an error that says how to get it, never a silent skip.
 */
import { access, constants } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export type Tool = "nats-server" | "nats-server-2.10" | "registry" | "busybox";

const VARIABLES = {
  "nats-server": "MCP_NATS_SERVER",
  "nats-server-2.10": "MCP_NATS_SERVER_OLD",
  registry: "MCP_REGISTRY",
  busybox: "MCP_BUSYBOX",
} satisfies Record<Tool, string>;

const TOOLS = fileURLToPath(new URL("../../.tools/", import.meta.url));

/** The path of the program. Throws when there is none. */
export async function toolPath(tool: Tool): Promise<string> {
  const named = process.env[VARIABLES[tool]];
  const candidates = named === undefined ? [TOOLS + tool, ...onPath(tool)] : [named];
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  throw new Error(`no ${tool} in ${candidates.join(", ")}: run scripts/setup.sh, or name one with ${VARIABLES[tool]}`);
}

/** Set-up leaves .tools/nats-server out only where the one on PATH is new enough; nothing else is taken from PATH. */
function onPath(tool: Tool): string[] {
  if (tool !== "nats-server") return [];
  return (process.env["PATH"] ?? "").split(":").map((dir) => `${dir}/nats-server`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent or not executable: the next candidate
  }
}
