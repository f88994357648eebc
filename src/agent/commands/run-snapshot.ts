/** `mcp-agent snapshot [file]`: a consistent copy of the store, made while the agent runs or not. */
import { resolve } from "node:path";
import { snapshotStore } from "../store/store-snapshot.ts";
import { findAndReadSettings } from "./find-settings.ts";
import type { ProgramOptions } from "./open-ports.ts";

/** @returns the exit code. @throws McpError E_FILE when the file exists, E_STORE */
export async function runSnapshot(options: ProgramOptions, file: string | undefined): Promise<number> {
  const { store } = (await findAndReadSettings(options)).settings;
  const stamp = new Date().toISOString().replaceAll(":", "").slice(0, 15);
  const target = resolve(file ?? `${store.path}.${stamp}.snapshot`);
  await snapshotStore(store.path, target);
  process.stdout.write(`${target}\n`);
  return 0;
}
