/**
 * A directory of a test's own, removed with everything in it when the test ends. Short, since unix sockets go into it.
 */
import { rmSync } from "node:fs";
import { access, chmod, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endsWith, type Scope } from "./scope.ts";

/** Tried again where something that is just ending still writes there. */
const FORCED = { recursive: true, force: true, maxRetries: 10 } as const;

/** Creates the directory (mode 0700, or `mode` when another user shall enter it) and returns its path. */
export async function tempDir(scope: Scope | undefined, mode = 0o700): Promise<string> {
  return await newDir(scope, tmpdir(), mode);
}

/** The same in memory where the system has a place for that: for tests that write much and need no disk. */
export async function memoryDir(scope: Scope | undefined): Promise<string> {
  const hasMemory = await access("/dev/shm", constants.W_OK).then(
    () => true,
    () => false,
  );
  return await newDir(scope, hasMemory ? "/dev/shm" : tmpdir(), 0o700);
}

async function newDir(scope: Scope | undefined, parent: string, mode: number): Promise<string> {
  const path = await mkdtemp(join(parent, "mcp-"));
  await chmod(path, mode);
  endsWith(
    scope,
    () => removeTempDir(path),
    () => rmSync(path, FORCED),
  );
  return path;
}

export async function removeTempDir(path: string): Promise<void> {
  await rm(path, FORCED);
}
