/**
 * What this workstation last saw of each service's desired state, kept below the user's state directory (XDG), apart
 * for each bus. A change upon a state that this workstation has not seen is a conflict, not an overwrite. All states of
 * a bus are one file, so that a sync of thousands reads and writes once; versioned-text.ts lets commands run side by side.
 */

import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stateHome } from "../../disk/user-directories.ts";
import { openVersionedText, type VersionedText } from "../../disk/versioned-text.ts";
import type { StateRef } from "../../schemas/service/desired.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { DEFAULT_CONTEXT } from "../settings/locate-settings.ts";

export interface SeenState extends StateRef {
  readonly node: NodeName;
  readonly service: ServiceName;
}

export interface SeenStates {
  /** Undefined when this workstation has not seen the service there, or its record cannot be read. */
  read(node: NodeName, service: ServiceName): Promise<StateRef | undefined>;
  /** All states, read once. */
  readAll(): Promise<(node: NodeName, service: ServiceName) => StateRef | undefined>;
  /** @throws McpError E_FILE */
  write(node: NodeName, service: ServiceName, ref: StateRef): Promise<void>;
  /** Many at once. @throws McpError E_FILE */
  writeAll(states: readonly SeenState[]): Promise<void>;
  /** Forgets everything about this bus. @throws McpError E_FILE */
  forget(): Promise<void>;
}

type States = Readonly<Record<string, StateRef>>;

/**
 * @param servers the bus these states belong to
 * @param context the context in use: two contexts may reach different buses at one address, as through a tunnel
 */
export function openSeenStates(env: NodeJS.ProcessEnv, servers: readonly string[], context?: string): SeenStates {
  const name = context === undefined || context === DEFAULT_CONTEXT ? "" : `${context}\n`;
  const bus = createHash("sha256")
    .update(name + [...servers].sort().join(" "))
    .digest("hex")
    .slice(0, 12);
  const directory = join(stateHome(env), "mcp", "seen", bus);
  const file = openVersionedText(directory);
  const read = createReader(file);
  const writeAll = createWriter(file, directory);
  return {
    read: async (node, service) => own(await read(), serviceKey(node, service)),
    readAll: async () => {
      const states = await read();
      return (node, service) => own(states, serviceKey(node, service));
    },
    write: (node, service, ref) => writeAll([{ node, service, ...ref }]),
    writeAll,
    forget: async () => {
      await rm(directory, { recursive: true, force: true }).catch((cause: unknown) => {
        throw new McpError("E_FILE", `cannot delete the record of seen states in ${directory}`, { cause });
      });
    },
  };
}

/** Concurrent calls read the file once. A file that cannot be read counts as empty. */
function createReader(file: VersionedText): () => Promise<States> {
  const reading: { now?: Promise<States> } = {};
  return () => {
    reading.now ??= file
      .read()
      .catch(() => undefined)
      .then(parse)
      .finally(() => delete reading.now);
    return reading.now;
  };
}

/** States added during a write go into the next one: a deploy to a thousand nodes makes few writes. */
function createWriter(file: VersionedText, directory: string): SeenStates["writeAll"] {
  const waiting = new Map<string, StateRef>();
  const turn: { last: Promise<void> } = { last: Promise.resolve() };
  const flush = async () => {
    if (waiting.size === 0) return;
    const added = Object.fromEntries(waiting);
    waiting.clear();
    try {
      await file.update((text) => JSON.stringify({ ...parse(text), ...added }));
    } catch (cause) {
      throw new McpError("E_FILE", `cannot record the seen state in ${directory}`, { cause });
    }
  };
  return (states) => {
    for (const { node, service, generation, hash } of states) {
      waiting.set(serviceKey(node, service), { generation, hash });
    }
    const mine = turn.last.catch(() => undefined).then(flush);
    turn.last = mine;
    return mine;
  };
}

/** Invalid records count as not seen. */
function parse(text: string | undefined): States {
  const value = json(text ?? "{}");
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, state]) => isRef(state)));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a broken file counts as empty
  }
}

function isRef(value: unknown): value is StateRef {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "generation") === "number" && typeof Reflect.get(value, "hash") === "string";
}

function own(states: States, key: string): StateRef | undefined {
  return Object.hasOwn(states, key) ? states[key] : undefined;
}
