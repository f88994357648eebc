/**
 * Takes over desired state from the bus: reads by direct get what a wake-up names, and everything on each connect and
 * sweep. Accepting is accept.ts's to judge; nothing read here, or missing here, ever stops a container by itself.
 */
import pLimit from "p-limit";
import type { NodeBus } from "../bus/node-bus.ts";
import { INDEX_KEY } from "../schemas/buckets.ts";
import { type DesiredService, isTombstone } from "../schemas/desired.ts";
import { hasCode, messageOf } from "../schemas/error.ts";
import { isName, type NodeName, type ServiceName } from "../schemas/names.ts";
import { documentHash } from "../schemas/spec-hash.ts";
import { judge } from "./accept.ts";
import type { Book } from "./book.ts";
import type { MakeEvent } from "./events.ts";
import type { Store } from "./store/store.ts";

export interface SyncPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly book: Book;
  readonly store: Store;
  readonly makeEvent: MakeEvent;
  /** A newer state was accepted: the service needs a pass at once. */
  onAccepted(service: ServiceName): void;
  /** What the bus holds of this service is not (or again) what was accepted. */
  onRegressed(service: ServiceName): void;
  onEvents(): void;
}

export interface DesiredSync {
  /**
   * Reads one service's key; `_index` reads those that were not known before, since the others have wake-ups of their
   * own. Never throws: what fails is read again at the next sweep.
   */
  look(key: ServiceName): Promise<void>;
  /** Reads the index and every key known. @returns services whose newer state no wake-up had told of. */
  lookAtAll(): Promise<ServiceName[]>;
}

/** Direct gets under way at the same time. */
const PIPELINE = 64;

export function createDesiredSync(ports: SyncPorts, onError: (error: unknown) => void): DesiredSync {
  const seen = new Set<ServiceName>();
  const inTurn = new Map<ServiceName, Promise<boolean>>();
  const lookAt = (service: ServiceName): Promise<boolean> => {
    const before = inTurn.get(service) ?? Promise.resolve(false);
    const mine = before
      .then(() => take(ports, service))
      .catch((error: unknown) => {
        onError(error);
        return false;
      });
    inTurn.set(service, mine);
    return mine;
  };
  const known = () => new Set([...seen, ...ports.book.all().map((row) => row.service)]);
  const lookAtAll = async (): Promise<ServiceName[]> => {
    for (const name of await indexed(ports, onError)) seen.add(name);
    return await thoseFound(known(), lookAt);
  };
  const lookAtNew = async (): Promise<void> => {
    const before = known();
    const added = (await indexed(ports, onError)).filter((name) => !before.has(name));
    for (const name of added) seen.add(name);
    await thoseFound(added, lookAt);
  };
  return {
    lookAtAll,
    look: async (key) => {
      if (key === INDEX_KEY) await lookAtNew();
      else if (isName(key)) {
        seen.add(key);
        await lookAt(key);
      }
    },
  };
}

async function thoseFound(
  names: Iterable<ServiceName>,
  isFound: (name: ServiceName) => Promise<boolean>,
): Promise<ServiceName[]> {
  const bound = pLimit(PIPELINE);
  const found = await Promise.all([...names].map((name) => bound(async () => ((await isFound(name)) ? [name] : []))));
  return found.flat();
}

async function indexed(ports: SyncPorts, onError: (error: unknown) => void): Promise<readonly ServiceName[]> {
  try {
    return ((await ports.bus.readIndex())?.services ?? []).filter(isName);
  } catch (error) {
    onError(error);
    return [];
  }
}

/** @returns whether a newer state was accepted. */
async function take(ports: SyncPorts, service: ServiceName): Promise<boolean> {
  const read = await readDesired(ports, service);
  if ("reason" in read) return await tell(ports, service, { kind: "desired-refused", reason: read.reason });
  const { document } = read;
  const row = ports.book.get(service);
  if (document === undefined) {
    if (row === undefined) return false;
    return await tell(ports, service, { kind: "desired-regressed", reason: "the bus holds nothing for it" });
  }
  const hash = documentHash(document);
  const verdict = judge({ node: ports.node, service, document, hash, floor: row?.ref });
  if (verdict.kind === "same") return await clearRegressed(ports, service);
  if (verdict.kind !== "accepted")
    return await tell(ports, service, { kind: `desired-${verdict.kind}`, reason: verdict.reason });
  const ref = { generation: document.generation, hash };
  await ports.book.accept(document, ref, [acceptedEvent(ports, document)]);
  ports.onAccepted(service);
  return true;
}

type Read = { readonly document: DesiredService | undefined } | { readonly reason: string };

/** A document that does not validate is a finding about the service; a bus that does not answer is none. */
async function readDesired(ports: SyncPorts, service: ServiceName): Promise<Read> {
  try {
    return { document: await ports.bus.readDesired(service) };
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return { reason: messageOf(error) };
  }
}

function acceptedEvent(ports: SyncPorts, document: DesiredService) {
  const { service, generation, author } = document;
  const what = isTombstone(document) ? "the removal of " : "";
  return ports.makeEvent("desired-accepted", `accepted ${what}${service}, generation ${generation} by ${author}`, {
    service,
    generation,
    author,
  });
}

/** Reports a fact once: in the service's memory where there is one, in a stored fact otherwise. */
async function tell(
  ports: SyncPorts,
  service: ServiceName,
  { kind, reason }: { readonly kind: "desired-refused" | "desired-regressed"; readonly reason: string },
): Promise<boolean> {
  const event = ports.makeEvent(kind, `${service}: ${reason}; what was accepted keeps running`, { service });
  if (ports.book.get(service) !== undefined) {
    await ports.book.update(service, ({ memory }) =>
      memory.regressed === reason ? { memory } : { memory: { ...memory, regressed: reason }, events: [event] },
    );
    ports.onRegressed(service);
    return false;
  }
  const fact = `refused:${service}`;
  if ((await ports.store.fact(fact)) === reason) return false;
  await ports.store.append([event]);
  await ports.store.setFact(fact, reason);
  ports.onEvents();
  return false;
}

async function clearRegressed(ports: SyncPorts, service: ServiceName): Promise<boolean> {
  if (ports.book.get(service)?.memory.regressed === undefined) return false;
  await ports.book.update(service, ({ memory: { regressed: _, ...memory } }) => ({ memory }));
  ports.onRegressed(service);
  return false;
}
