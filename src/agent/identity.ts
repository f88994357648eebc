/**
 * Who this agent is on its machine: user, podman's directories, runtime directory, node name. Containers made under
 * one identity can be neither seen, killed nor removed under another, so a changed one is refused before anything is
 * done, with the reason.
 */
import { readFile } from "node:fs/promises";
import { McpError } from "../schemas/error.ts";
import type { NodeName } from "../schemas/names.ts";
import type { RuntimeInfo } from "./runtime/runtime.ts";
import type { Store } from "./store/store.ts";

/** By the words shown to people. */
export type Identity = Readonly<Record<string, string>>;

const FACT = "identity";

export function identityOf(node: NodeName, info: RuntimeInfo, env: NodeJS.ProcessEnv): Identity {
  return {
    "node name": node,
    "user id": String(process.getuid?.() ?? -1),
    "podman's storage": info.graphRoot,
    "podman's run directory": info.runRoot,
    XDG_RUNTIME_DIR: env["XDG_RUNTIME_DIR"] ?? "",
  };
}

/**
 * Compares with what was recorded, and records it the first time.
 * @param accepted the operator says that the change is meant: it is recorded instead of refused
 * @throws McpError E_CONFIG naming every difference.
 */
export async function checkIdentity(store: Store, identity: Identity, accepted: boolean): Promise<void> {
  const recorded = await store.fact(FACT);
  const before: Identity = recorded === undefined ? identity : JSON.parse(recorded);
  const changed = Object.keys({ ...before, ...identity }).filter((key) => before[key] !== identity[key]);
  if (changed.length > 0 && !accepted) {
    const list = changed.map((key) => `${key} was ${before[key] ?? "unknown"}, is ${identity[key] ?? "unknown"}`);
    throw new McpError("E_CONFIG", `this is not the machine or user the store belongs to: ${list.join("; ")}`, {
      hint: "put it back as it was; or, if the change is meant, start once with --accept-identity",
    });
  }
  if (recorded === undefined || changed.length > 0) await store.setFact(FACT, JSON.stringify(identity));
}

const BOOT_FACT = "machine-boot";

/** True when the machine was started anew since the last call: every container has stopped, and that is no drift. */
export async function noteReboot(store: Store): Promise<boolean> {
  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const before = await store.fact(BOOT_FACT);
  if (before === bootId) return false;
  await store.setFact(BOOT_FACT, bootId);
  return before !== undefined;
}
