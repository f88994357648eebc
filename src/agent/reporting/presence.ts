/** Tells the bus that this node is there, every few seconds and on change, with the facts of its machine. */
import { statfs } from "node:fs/promises";
import { arch, cpus, freemem, loadavg, release, totalmem, type, uptime } from "node:os";
import { PRESENCE_INTERVAL_MS, type Presence, type RuntimeHealth } from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { VERSION } from "../../values/version.ts";
import { type Clock, isoNow } from "../state/clock.ts";

export interface PresencePorts {
  readonly node: NodeName;
  readonly boot: string;
  readonly clock: Clock;
  readonly startedAt: string;
  /** Directory whose file system's room is told. */
  readonly filesRoot: string;
  /** `health` is undefined until the runtime was asked for the first time. */
  runtime(): { readonly health: RuntimeHealth | undefined; readonly version: string | undefined };
  counts(): Promise<Pick<Presence, "services" | "containers" | "undeclared" | "outbox">>;
  put(presence: Presence): Promise<void>;
  onError(error: unknown): void;
}

export interface PresenceLoop {
  /** Something worth telling changed. */
  wake(): void;
  current(): Promise<Presence>;
  /** The last word of an agent that is being stopped. */
  leave(): Promise<void>;
}

/** Asked for once: the system makes a long list of facts to count them. */
const CPUS = cpus().length;

export function startPresence(ports: PresencePorts, signal: AbortSignal): PresenceLoop {
  const state = { pending: false };
  const tell = async (leaving: boolean): Promise<void> => {
    const presence = await observe(ports);
    await ports.put(leaving ? { ...presence, leaving: true } : presence);
  };
  const wake = () => {
    if (state.pending || signal.aborted) return;
    state.pending = true;
    setImmediate(() => {
      state.pending = false;
      void tell(false).catch(ports.onError);
    });
  };
  void wakeEvery(ports.clock, wake, signal);
  return { wake, current: () => observe(ports), leave: () => tell(true).catch(ports.onError) };
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
    runtime: { name: "podman", ...(health === undefined ? STARTING : { health }), ...present({ version }) },
    host: {
      os: type(),
      arch: arch(),
      kernel: release(),
      cpus: CPUS,
      load1: loadavg()[0] ?? 0,
      memoryBytes: totalmem(),
      memoryFreeBytes: freemem(),
      ...(await diskFacts(ports.filesRoot)),
      uptimeSeconds: Math.round(uptime()),
    },
    ...(await ports.counts()),
  };
}

async function diskFacts(path: string): Promise<{ diskBytes?: number; diskFreeBytes?: number }> {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { diskBytes: bsize * blocks, diskFreeBytes: bsize * bavail };
  } catch {
    return {};
  }
}
