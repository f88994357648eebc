/**
 * Documents on the bus that the node does not accept. Each is reported in one event, and shown in the service's
 * report until it is fixed. For a service that was accepted before, the rejection is kept in its memory; for any other a
 * stored fact keeps the event from being sent again.
 */
import type { ObservedRejection } from "../../schemas/service/observed.ts";
import type { ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { Store } from "../store/store.ts";

export interface RejectedDesiredPorts {
  readonly services: ServiceCache;
  readonly store: Pick<Store, "append" | "fact" | "setFact">;
  readonly makeEvent: MakeEvent;
  /** The service's report has changed. */
  onChange(service: ServiceName): void;
  onEvents(): void;
}

export interface RejectedDesired {
  /** The rejection of a service that was never accepted here. */
  of(service: ServiceName): ObservedRejection | undefined;
  add(service: ServiceName, rejection: ObservedRejection): Promise<void>;
  /** The bus holds what was accepted, or holds nothing of a service that was never accepted. */
  clear(service: ServiceName): Promise<void>;
}

const factOf = (service: ServiceName) => `refused:${service}`;

export function createRejectedDesired(ports: RejectedDesiredPorts): RejectedDesired {
  const { services, store, onChange } = ports;
  const unaccepted = new Map<ServiceName, ObservedRejection>();
  return {
    of: (service) => unaccepted.get(service),
    add: async (service, rejection) => {
      if (services.get(service) !== undefined) return await recordInMemory(ports, service, rejection);
      unaccepted.set(service, rejection);
      onChange(service);
      await reportUnaccepted(ports, service, rejection);
    },
    clear: async (service) => {
      if (unaccepted.delete(service)) {
        await store.setFact(factOf(service), "");
        onChange(service);
      }
      if (services.get(service)?.memory.regressed === undefined) return;
      await services.update(
        service,
        ({ memory: { regressed: _, refused: _refused, rejectedAs: _kind, ...memory } }) => ({ memory }),
      );
      onChange(service);
    },
  };
}

async function reportUnaccepted(
  ports: RejectedDesiredPorts,
  service: ServiceName,
  { kind, reason }: ObservedRejection,
): Promise<void> {
  const { store, makeEvent, onEvents } = ports;
  if ((await store.fact(factOf(service))) === reason) return;
  await store.append([makeEvent(`desired-${kind}`, `${service}: ${reason}; nothing was changed`, { service })]);
  await store.setFact(factOf(service), reason);
  onEvents();
}

async function recordInMemory(
  ports: RejectedDesiredPorts,
  service: ServiceName,
  rejection: ObservedRejection,
): Promise<void> {
  const { kind, reason, writeId } = rejection;
  const event = ports.makeEvent(`desired-${kind}`, `${service}: ${reason}; what was accepted keeps running`, {
    service,
  });
  await ports.services.update(service, ({ memory }) => {
    const { regressed, refused, rejectedAs, ...rest } = memory;
    if (regressed === reason && refused === writeId && rejectedAs === kind) return { memory };
    const events = regressed === reason ? [] : [event];
    return { memory: { ...rest, regressed: reason, rejectedAs: kind, ...present({ refused: writeId }) }, events };
  });
  ports.onChange(service);
}
