/**
 * What this workstation last saw of each service's desired state, kept below the user's state directory (XDG), apart
 * for each bus. A change upon a state that this workstation has not seen is a conflict, not an overwrite. One small
 * file per service and node, replaced as a whole, so that commands run side by side lose nothing.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { StateRef } from "../../schemas/desired.ts";
import { McpError } from "../../schemas/error.ts";
import type { NodeName, ServiceName } from "../../schemas/names.ts";

export interface SeenStates {
  /** Undefined when this workstation never saw the service there (or its record is unreadable). */
  read(node: NodeName, service: ServiceName): Promise<StateRef | undefined>;
  /** @throws McpError E_FILE */
  write(node: NodeName, service: ServiceName, ref: StateRef): Promise<void>;
}

/** @param servers the bus these states belong to */
export function openSeenStates(env: NodeJS.ProcessEnv, servers: readonly string[]): SeenStates {
  const bus = createHash("sha256")
    .update([...servers].sort().join(" "))
    .digest("hex")
    .slice(0, 12);
  const directory = join(stateHome(env), "mcp", "seen", bus);
  const path = (node: NodeName, service: ServiceName) => join(directory, `${node}.${service}.json`);
  return {
    read: async (node, service) => parse(await readFile(path(node, service), "utf8").catch(() => "")),
    write: async (node, service, ref) => {
      const target = path(node, service);
      const temporary = `${target}.${randomBytes(6).toString("hex")}`;
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeFile(temporary, JSON.stringify(ref), { mode: 0o600 });
        await rename(temporary, target);
      } catch (cause) {
        throw new McpError("E_FILE", `cannot remember in ${directory} what was seen`, { cause });
      }
    },
  };
}

function stateHome(env: NodeJS.ProcessEnv): string {
  const given = env["XDG_STATE_HOME"] ?? "";
  return isAbsolute(given) ? given : join(env["HOME"] || homedir(), ".local", "state");
}

function parse(text: string): StateRef | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { generation, hash } = value as Partial<Record<keyof StateRef, unknown>>;
    return typeof generation === "number" && typeof hash === "string" ? { generation, hash } : undefined;
  } catch {
    return undefined;
  }
}
