/**
 * What the running containers have, as last inspected: once after each start, and again in each sweep, because podman reports
 * not every change in an event.
 */
import { isDeepStrictEqual } from "node:util";
import { LABEL } from "../../schemas/service/labels.ts";
import type { ServiceName } from "../../values/names.ts";
import type { ContainerSettings, Runtime, RuntimeContainer } from "../runtime/runtime.ts";

export interface SettingsWatchPorts {
  readonly runtime: Pick<Runtime, "inspect">;
  /** What a container of this service has was changed. */
  onChange(service: ServiceName): void;
}

export interface SettingsWatch {
  /** Undefined when it does not run (any more). @throws the errors of the runtime */
  of(container: RuntimeContainer, signal: AbortSignal): Promise<ContainerSettings | undefined>;
  /** It was changed: an inspection under way may be older than that. */
  forget(containerId: string): void;
  /** Inspects these, all containers of the node, again. @throws the errors of the runtime */
  check(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void>;
}

interface Known {
  readonly startedAtMs: number;
  readonly has: ContainerSettings;
}

export function createSettingsWatch({ runtime, onChange }: SettingsWatchPorts): SettingsWatch {
  const known = new Map<string, Known>();
  const changes = { count: 0 };
  const read = async ({ id, state }: RuntimeContainer, signal: AbortSignal): Promise<Known | undefined> => {
    const before = changes.count;
    const now = state === "running" ? await runtime.inspect(id, signal) : undefined;
    if (now?.state !== "running") {
      known.delete(id);
      return undefined;
    }
    const found = { startedAtMs: now.startedAtMs, has: now.has };
    if (changes.count === before) known.set(id, found);
    return found;
  };
  return {
    of: async (container, signal) => {
      const before = known.get(container.id);
      // A list gives the start in whole seconds.
      const isSameStart = Math.floor((before?.startedAtMs ?? 0) / 1000) === Math.floor(container.startedAtMs / 1000);
      return (
        before !== undefined && isSameStart && container.state === "running" ? before : await read(container, signal)
      )?.has;
    },
    forget: (id) => {
      changes.count += 1;
      known.delete(id);
    },
    check: async (containers, signal) => {
      const ids = new Set(containers.map(({ id }) => id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      for (const container of containers) {
        const before = known.get(container.id);
        const now = await read(container, signal);
        const service = container.labels[LABEL.service];
        const isSame = before === undefined || isDeepStrictEqual(before.has, now?.has);
        if (!isSame && service !== undefined) onChange(service);
      }
    },
  };
}
