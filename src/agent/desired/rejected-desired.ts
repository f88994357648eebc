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

export interface RejectedDesiredPorts {
  readonly services: ServiceCache;
  readonly store: Pick<Store, "append" | "fact" | "setFact">;
  readonly makeEvent: MakeEvent;
  /** The report of the service is another one now. */
  onChange(service: ServiceName): void;
  onEvents(): void;
}

export interface RejectedDesired {
  /** Of a service that was never accepted here. */
  of(service: ServiceName): Rejection | undefined;
  tell(service: ServiceName, rejection: Rejection): Promise<void>;
  /** The bus holds what was accepted, or nothing of a service that never was. */
  clear(service: ServiceName): Promise<void>;
}

const factOf = (service: ServiceName) => `refused:${service}`;

export function createRejectedDesired(ports: RejectedDesiredPorts): RejectedDesired {
  const { services, store, onChange } = ports;
  const unaccepted = new Map<ServiceName, Rejection>();
  return {
    of: (service) => unaccepted.get(service),
    tell: async (service, rejection) => {
      if (services.get(service) !== undefined) return await tellAccepted(ports, service, rejection);
      unaccepted.set(service, rejection);
      onChange(service);
      await tellUnaccepted(ports, service, rejection);
    },
    clear: async (service) => {
      if (unaccepted.delete(service)) {
        await store.setFact(factOf(service), "");
        onChange(service);
      }
      if (services.get(service)?.memory.regressed === undefined) return;
      await services.update(service, ({ memory: { regressed: _, refused: _refused, ...memory } }) => ({ memory }));
      onChange(service);
    },
  };
}

async function tellUnaccepted(
  ports: RejectedDesiredPorts,
  service: ServiceName,
  { kind, reason }: Rejection,
): Promise<void> {
  const { store, makeEvent, onEvents } = ports;
  if ((await store.fact(factOf(service))) === reason) return;
  await store.append([makeEvent(kind, `${service}: ${reason}; nothing was changed`, { service })]);
  await store.setFact(factOf(service), reason);
  onEvents();
}

async function tellAccepted(ports: RejectedDesiredPorts, service: ServiceName, rejection: Rejection): Promise<void> {
  const { kind, reason, writeId } = rejection;
  const event = ports.makeEvent(kind, `${service}: ${reason}; what was accepted keeps running`, { service });
  await ports.services.update(service, ({ memory }) => {
    const { regressed, refused, ...rest } = memory;
    if (regressed === reason && refused === writeId) return { memory };
    const events = regressed === reason ? [] : [event];
    return { memory: { ...rest, regressed: reason, ...present({ refused: writeId }) }, events };
  });
  ports.onChange(service);
}
