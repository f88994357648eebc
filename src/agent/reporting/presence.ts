/** Writes this node's presence to the bus, every few seconds and on change, with facts about its machine. */
import { statfs } from "node:fs/promises";
import { arch, cpus, freemem, loadavg, release, totalmem, type, uptime } from "node:os";
import { NEWEST_DOCUMENT } from "../../schemas/service/document-version.ts";
import {
  PRESENCE_INTERVAL_MS,
  type Presence,
  type RuntimeHealth,
  type StoreProblem,
} from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { VERSION } from "../../values/version.ts";
import { type Clock, isoNow } from "../state/clock.ts";

export type DiskFacts = Pick<Presence["host"], "diskBytes" | "diskFreeBytes">;

export interface PresencePorts {
  readonly node: NodeName;
  readonly boot: string;
  readonly clock: Clock;
  readonly startedAt: string;
  disk(): Promise<DiskFacts>;
  /** `health` is undefined until the first probe of the runtime. */
  runtime(): { readonly health: RuntimeHealth | undefined; readonly version: string | undefined };
  counts(): Promise<Pick<Presence, "services" | "containers" | "undeclared" | "outbox">>;
  /** Undefined while the store can be written. */
  storeProblem(): Promise<StoreProblem | undefined>;
  put(presence: Presence): Promise<void>;
  onError(error: unknown): void;
}

export interface PresenceLoop {
  /** Something that the presence shows has changed. */
  wake(): void;
  current(): Promise<Presence>;
  /** Writes the last presence of an agent that is stopping. */
  leave(): Promise<void>;
}

/** Read once, since the call is expensive. */
const CPUS = cpus().length;

export function startPresence(ports: PresencePorts, signal: AbortSignal): PresenceLoop {
  const state = { pending: false };
  const write = async (leaving: boolean): Promise<void> => {
    const presence = await observe(ports);
    await ports.put(leaving ? { ...presence, leaving: true } : presence);
  };
  const wake = () => {
    if (state.pending || signal.aborted) return;
    state.pending = true;
    setImmediate(() => {
      state.pending = false;
      void write(false).catch(ports.onError);
    });
  };
  void wakeEvery(ports.clock, wake, signal);
  return { wake, current: () => observe(ports), leave: () => write(true).catch(ports.onError) };
}

async function wakeEvery(clock: Clock, wake: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(PRESENCE_INTERVAL_MS, signal).catch(() => undefined);
    wake();
  }
}

const STARTING = { health: "unreachable", starting: true } as const;

async function observe(ports: PresencePorts): Promise<Presence> {
  const { health, version } = ports.runtime();
  return {
    version: 1,
    node: ports.node,
    boot: ports.boot,
    at: isoNow(ports.clock),
    startedAt: ports.startedAt,
    agentVersion: VERSION,
    documents: NEWEST_DOCUMENT,
    runtime: { name: "podman", ...(health === undefined ? STARTING : { health }), ...present({ version }) },
    host: {
      os: type(),
      arch: arch(),
      kernel: release(),
      cpus: CPUS,
      load1: loadavg()[0] ?? 0,
      memoryBytes: totalmem(),
      memoryFreeBytes: freemem(),
      ...(await ports.disk()),
      uptimeSeconds: Math.round(uptime()),
    },
    ...(await ports.counts()),
    ...present({ storeProblem: await ports.storeProblem() }),
  };
}

/** Size and free space of the file system of this path; nothing where it cannot be asked. */
export async function diskFacts(path: string): Promise<DiskFacts> {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { diskBytes: bsize * blocks, diskFreeBytes: bsize * bavail };
  } catch {
    return {};
  }
}
