/**
 * A store whose content cannot be trusted: reported by SQLite or found by our checks. It is set aside under a
 * free name, never deleted and never written to.
 */
import { existsSync, renameSync } from "node:fs";
import { McpError } from "../../values/error.ts";
import { isDamage } from "./sqlite-code.ts";

export class DamagedStore extends McpError {
  constructor(path: string, why: string, options: ErrorOptions = {}) {
    super("E_STORE", `${path} is damaged: ${why}`, options);
  }
}

export const isDamaged = (error: unknown): boolean => error instanceof DamagedStore || isDamage(error);

/** Renames the database and its log to `<path>.corrupt-<n>`. @returns the new name. @throws McpError E_STORE */
export function setAside(path: string): string {
  const target = freeName(path);
  try {
    // The log first: a crash between the renames then leaves a damaged database, which is set aside again.
    for (const suffix of ["-wal", "-shm", ""]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
    }
  } catch (cause) {
    throw new McpError("E_STORE", `cannot set the damaged ${path} aside`, { cause });
  }
  return target;
}

function freeName(path: string): string {
  for (let n = 1; ; n++) {
    const name = `${path}.corrupt-${n}`;
    if (!["", "-wal", "-shm"].some((suffix) => existsSync(name + suffix))) return name;
  }
}
