/**
 * What the bus holds of a service and the node does not take over: told once as an event, shown in the service's report
 * until it is mended. In the service's memory where it was ever accepted; else a stored fact keeps it from being told
 * again.
 */
import type { ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { Store } from "../store/store.ts";

export interface Rejection {
  readonly kind: "desired-refused" | "desired-regressed";
  readonly reason: string;
  /** The document's, where it was refused for what it is. */
  readonly writeId?: string;
}

export interface FindingPorts {
  readonly book: ServiceCache;
  readonly store: Pick<Store, "append" | "fact" | "setFact">;
  readonly makeEvent: MakeEvent;
  /** The report of the service is another one now. */
  onChange(service: ServiceName): void;
  onEvents(): void;
}

export interface Findings {
  /** Of a service that was never accepted here. */
  of(service: ServiceName): Rejection | undefined;
  tell(service: ServiceName, finding: Rejection): Promise<void>;
  /** The bus holds what was accepted, or nothing of a service that never was. */
  clear(service: ServiceName): Promise<void>;
}

const factOf = (service: ServiceName) => `refused:${service}`;

export function createFindings(ports: FindingPorts): Findings {
  const { book, store, onChange } = ports;
  const unaccepted = new Map<ServiceName, Rejection>();
  return {
    of: (service) => unaccepted.get(service),
    tell: async (service, finding) => {
      if (book.get(service) !== undefined) return await tellAccepted(ports, service, finding);
      unaccepted.set(service, finding);
      onChange(service);
      await tellUnaccepted(ports, service, finding);
    },
    clear: async (service) => {
      if (unaccepted.delete(service)) {
        await store.setFact(factOf(service), "");
        onChange(service);
      }
      if (book.get(service)?.memory.regressed === undefined) return;
      await book.update(service, ({ memory: { regressed: _, refused: _refused, ...memory } }) => ({ memory }));
      onChange(service);
    },
  };
}

async function tellUnaccepted(ports: FindingPorts, service: ServiceName, { kind, reason }: Rejection): Promise<void> {
  const { store, makeEvent, onEvents } = ports;
  if ((await store.fact(factOf(service))) === reason) return;
  await store.append([makeEvent(kind, `${service}: ${reason}; nothing was changed`, { service })]);
  await store.setFact(factOf(service), reason);
  onEvents();
}

async function tellAccepted(ports: FindingPorts, service: ServiceName, finding: Rejection): Promise<void> {
  const { kind, reason, writeId } = finding;
  const event = ports.makeEvent(kind, `${service}: ${reason}; what was accepted keeps running`, { service });
  await ports.book.update(service, ({ memory }) => {
    const { regressed, refused, ...rest } = memory;
    if (regressed === reason && refused === writeId) return { memory };
    const events = regressed === reason ? [] : [event];
    return { memory: { ...rest, regressed: reason, ...present({ refused: writeId }) }, events };
  });
  ports.onChange(service);
}
