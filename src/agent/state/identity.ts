/**
 * The agent's identity on its machine: user, podman's directories, runtime directory, node name. Containers created under
 * one identity are not visible under another. So a changed identity is refused with the reason before
 * anything is done.
 */
import { readFileSync } from "node:fs";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import type { RuntimeInfo } from "../runtime/runtime.ts";
import type { Store } from "../store/store.ts";

/** Messages show the keys. */
export type Identity = Readonly<Record<string, string>>;

const FACT = "identity";
const RUNTIME_DIR = "XDG_RUNTIME_DIR";

/** The part that is known before the runtime answers. */
export function ownIdentity(node: NodeName, env: NodeJS.ProcessEnv): Identity {
  return {
    "node name": node,
    "user id": String(process.getuid?.() ?? -1),
    [RUNTIME_DIR]: env[RUNTIME_DIR] ?? "",
  };
}

export function identityOf(node: NodeName, info: RuntimeInfo, env: NodeJS.ProcessEnv): Identity {
  return {
    ...ownIdentity(node, env),
    "podman's storage": info.graphRoot,
    "podman's run directory": info.runRoot,
  };
}

/** @throws McpError E_CONFIG that names every difference from the recorded identity; only the given facts are compared. */
export async function compareIdentity(store: Store, identity: Identity): Promise<void> {
  const changed = changes(await recordedIdentity(store), identity);
  if (changed.length > 0) throw changedIdentity(changed);
}

/**
 * Compares with what was recorded, and records it the first time.
 * @param accepted the operator confirms the change: it is recorded and not refused
 * @throws McpError E_CONFIG naming every difference.
 */
export async function checkIdentity(store: Store, identity: Identity, accepted: boolean): Promise<void> {
  const recorded = await recordedIdentity(store);
  const changed = changes(recorded, identity);
  if (changed.length > 0 && !accepted) throw changedIdentity(changed);
  if (recorded === undefined || changed.length > 0) await store.setFact(FACT, JSON.stringify(identity));
}

async function recordedIdentity(store: Store): Promise<Identity | undefined> {
  const recorded = await store.fact(FACT);
  return recorded === undefined ? undefined : JSON.parse(recorded);
}

function changes(before: Identity | undefined, now: Identity): string[] {
  if (before === undefined) return [];
  return Object.entries(now).flatMap(([key, value]) =>
    before[key] === value || isUsualRuntimeDir(key, before[key], value)
      ? []
      : [`${key} was ${shown(before[key])} and is now ${shown(value)}`],
  );
}

const shown = (value = "unknown") => (value === "" ? "not set" : value);

/** If the variable was unset, agents up to 0.1 recorded an empty value and used this directory. */
function isUsualRuntimeDir(key: string, before: string | undefined, now: string): boolean {
  return key === RUNTIME_DIR && before === "" && now === `/run/user/${process.getuid?.() ?? 0}`;
}

function changedIdentity(changed: readonly string[]): McpError {
  return new McpError("E_CONFIG", `the store belongs to another machine or user: ${changed.join("; ")}`, {
    hint: "undo the change; or, if it is intended, start once with `mcp-agent server --accept-identity`",
  });
}

const BOOT_FACT = "machine-boot";

/** The current boot of the machine, and the last one recorded; undefined before the first. */
export async function machineBoot(store: Store): Promise<{ now: string; recorded: string | undefined }> {
  return { now: bootId(), recorded: await store.fact(BOOT_FACT) };
}

/** The kernel's random id of this boot; empty if there is none. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
  } catch {
    return "";
  }
}

export async function recordBoot(store: Store, id: string): Promise<void> {
  await store.setFact(BOOT_FACT, id);
}
