/**
 * Finds the programs that `scripts/setup.sh` provides: first the variable that names one, then .tools/ beside the project.
 * What is missing is an error that says how to get it, never a silent skip.
 */
import { access, constants } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export type Tool = "nats-server" | "nats-server-2.10" | "registry" | "busybox" | "compiler";

const VARIABLES = {
  "nats-server": "MCP_NATS_SERVER",
  "nats-server-2.10": "MCP_NATS_SERVER_OLD",
  registry: "MCP_REGISTRY",
  busybox: "MCP_BUSYBOX",
  compiler: "MCP_COMPILER",
} satisfies Record<Tool, string>;

const TOOLS = fileURLToPath(new URL("../../.tools/", import.meta.url));

/** The path of the program. Throws when there is none. */
export async function toolPath(tool: Tool): Promise<string> {
  const named = process.env[VARIABLES[tool]];
  const candidates = named === undefined ? [TOOLS + (tool === "compiler" ? "tcc" : tool), ...onPath(tool)] : [named];
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  throw new Error(`no ${tool} in ${candidates.join(", ")}: run scripts/setup.sh, or name one with ${VARIABLES[tool]}`);
}

/** Set-up fetches no nats-server where the one on PATH is new enough, and no compiler where there is one. */
const ON_PATH: Partial<Record<Tool, readonly string[]>> = {
  "nats-server": ["nats-server"],
  compiler: ["cc", "gcc", "clang"],
};

function onPath(tool: Tool): string[] {
  const directories = (process.env["PATH"] ?? "").split(":");
  return (ON_PATH[tool] ?? []).flatMap((name) => directories.map((dir) => `${dir}/${name}`));
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent or not executable: the next candidate
  }
}
