/** Finds a nats-server that is new enough: $MCP_NATS_SERVER, else .tools/nats-server of the project, else the one on PATH. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import gte from "semver/functions/gte.js";
import { McpError } from "../../values/error.ts";
import { packageRoot } from "./package-root.ts";

const run = promisify(execFile);
const FLOOR = "2.10.0";
const ASK_TIMEOUT_MS = 5_000;

export interface NatsServerProgram {
  readonly path: string;
  readonly version: string;
}

/** @throws McpError E_UNSUPPORTED when none is found, or only older ones */
export async function findNatsServer(env: NodeJS.ProcessEnv): Promise<NatsServerProgram> {
  const named = env["MCP_NATS_SERVER"];
  const candidates = named ? [named] : [join(await packageRoot(), ".tools", "nats-server"), "nats-server"];
  const found: NatsServerProgram[] = [];
  for (const path of candidates) {
    const version = await versionOf(path);
    if (version === undefined) continue;
    if (gte(version, FLOOR)) return { path, version };
    found.push({ path, version });
  }
  const old = found.map(({ path, version }) => `${path} is ${version}`).join(", ");
  throw new McpError("E_UNSUPPORTED", `no nats-server ${FLOOR} or later${old === "" ? "" : ` (${old})`}`, {
    hint: "install one and put it on PATH, or name it: MCP_NATS_SERVER=/path/to/nats-server",
  });
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: ASK_TIMEOUT_MS });
    return /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined; // missing or not executable: the next candidate
  }
}
