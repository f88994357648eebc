/**
 * Follows the runtime's event stream and turns it into hints and wake-ups. A closed stream is reopened with backoff,
 * followed by a sweep, since events in between were missed.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { repairDelayMs } from "../reconcile/model/backoff.ts";
import type { Runtime, RuntimeEvent } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";

export interface RuntimeWatchPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Every event, ours or not. */
  onEvent(event: RuntimeEvent): void;
  /** Something happened to a container of this service. */
  onService(service: ServiceName, event: RuntimeEvent): void;
  /** The stream is open (again): compare everything once. */
  onOpen(): void;
  onError(error: unknown): void;
}

/** After a stream that lasted this long the backoff starts from its beginning. */
const GOOD_MS = 30_000;

/** Runs until `signal` aborts; never rejects. */
export async function watchRuntime(ports: RuntimeWatchPorts, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const openedMs = ports.clock.now();
    try {
      await follow(ports, signal);
    } catch (error) {
      if (!signal.aborted) ports.onError(error);
    }
    if (signal.aborted) return;
    failures = ports.clock.now() - openedMs > GOOD_MS ? 1 : Math.min(failures + 1, 6);
    await ports.clock.sleep(100 + repairDelayMs(failures, ports.clock.random()), signal).catch(() => undefined);
  }
}

async function follow(ports: RuntimeWatchPorts, signal: AbortSignal): Promise<void> {
  for await (const event of ports.runtime.events(ports.onOpen, signal)) {
    ports.onEvent(event);
    const service = event.labels[LABEL.service];
    if (service !== undefined && event.labels[LABEL.node] === ports.node) ports.onService(service, event);
  }
}
