/**
 * Who this agent is on its machine: user, podman's directories, runtime directory, node name. Containers made under
 * one identity can be neither seen, killed nor removed under another, so a changed one is refused before anything is
 * done, with the reason.
 */
import { readFileSync } from "node:fs";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import type { RuntimeInfo } from "../runtime/runtime.ts";
import type { Store } from "../store/store.ts";

/** By the words shown to people. */
export type Identity = Readonly<Record<string, string>>;

const FACT = "identity";

/** What is known of it before the runtime has answered. */
export function ownIdentity(node: NodeName, env: NodeJS.ProcessEnv): Identity {
  return {
    "node name": node,
    "user id": String(process.getuid?.() ?? -1),
    XDG_RUNTIME_DIR: env["XDG_RUNTIME_DIR"] ?? "",
  };
}

export function identityOf(node: NodeName, info: RuntimeInfo, env: NodeJS.ProcessEnv): Identity {
  return {
    ...ownIdentity(node, env),
    "podman's storage": info.graphRoot,
    "podman's run directory": info.runRoot,
  };
}

/** @throws McpError E_CONFIG naming every difference from what was recorded; a fact not given is not compared. */
export async function compareIdentity(store: Store, identity: Identity): Promise<void> {
  const changed = changes(await recordedIdentity(store), identity);
  if (changed.length > 0) throw changedIdentity(changed);
}

/**
 * Compares with what was recorded, and records it the first time.
 * @param accepted the operator says that the change is meant: it is recorded instead of refused
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
    before[key] === value ? [] : [`${key} was ${before[key] ?? "unknown"}, is ${value}`],
  );
}

function changedIdentity(changed: readonly string[]): McpError {
  return new McpError("E_CONFIG", `this is not the machine or user the store belongs to: ${changed.join("; ")}`, {
    hint: "put it back as it was; or, if the change is meant, start once with --accept-identity",
  });
}

const BOOT_FACT = "machine-boot";

/** Which start of the machine this is, and which one was last recorded; undefined before the first. */
export async function machineBoot(store: Store): Promise<{ now: string; recorded: string | undefined }> {
  return { now: bootId(), recorded: await store.fact(BOOT_FACT) };
}

/** The kernel's own word, no disk behind it; empty where there is none. */
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
