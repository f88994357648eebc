/**
 * Reads desired state from the bus by direct get: the service that a wake-up names, and everything on each connect and
 * sweep. accept.ts decides what is accepted. A document that is missing on the bus never stops a container.
 */
import pLimit from "p-limit";
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import type { ObservedRejection } from "../../schemas/service/observed.ts";
import { INDEX_KEY } from "../../schemas/wire/buckets.ts";
import { isName, type NodeName, type ServiceName } from "../../values/names.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import { latestClock, wrongDate } from "../trust/clocks.ts";
import type { Trust } from "../trust/trust.ts";
import { judgeGeneration } from "./accept.ts";
import { readDesired } from "./read-desired.ts";
import type { RejectedDesired } from "./rejected-desired.ts";

export interface SyncPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly clock: Pick<Clock, "now">;
  readonly services: ServiceCache;
  readonly rejected: RejectedDesired;
  readonly makeEvent: MakeEvent;
  /** Undefined: the node requires no signatures. */
  readonly trust: Pick<Trust, "refresh" | "reasonToRefuse" | "beginReading"> | undefined;
  /** A newer state may be found: lists the containers in advance, for the pass that would follow. */
  listAhead(service: ServiceName): void;
  /** That list is not needed. */
  dropListAhead(service: ServiceName): void;
  /** A newer state was accepted: the service needs a pass at once. */
  onAccepted(service: ServiceName): void;
}

export interface DesiredSync {
  /**
   * Reads one service's key; `_index` reads those that were not known before, since the others have wake-ups of their
   * own. Never throws: what fails is read again at the next sweep.
   */
  read(key: ServiceName): Promise<void>;
  /** Reads the index and every known key. @returns services with a newer state that no wake-up reported. */
  readAll(): Promise<ServiceName[]>;
}

/** Direct gets under way at the same time. */
const PIPELINE = 64;

export function createDesiredSync(ports: SyncPorts, onError: (error: unknown) => void): DesiredSync {
  const seen = new Set<ServiceName>();
  const inTurn = new Map<ServiceName, Promise<ReadOutcome>>();
  const failed = (error: unknown) => {
    onError(error);
    return LEFT_ALONE;
  };
  const readInTurn = (service: ServiceName, fresh?: Promise<void>): Promise<ReadOutcome> => {
    const before = inTurn.get(service) ?? Promise.resolve(LEFT_ALONE);
    const mine = before.then(() => readAndAccept(ports, service, fresh)).catch(failed);
    inTurn.set(service, mine);
    return mine;
  };
  const known = () => new Set([...seen, ...ports.services.all().map((row) => row.service)]);
  const readAll = async () => {
    const names = await indexed(ports, onError);
    for (const name of names) seen.add(name);
    const results = await readEach(known(), readInTurn);
    // An empty index may mean that the bus was wiped.
    const isComplete = names.length > 0 && results.every(({ isWhole }) => isWhole);
    return { isComplete, newer: results.filter(({ isNewer }) => isNewer).map(({ service }) => service) };
  };
  const readAdded = async (): Promise<void> => {
    const before = known();
    const added = (await indexed(ports, onError)).filter((name) => !before.has(name));
    for (const name of added) seen.add(name);
    await readEach(added, readInTurn);
  };
  return {
    readAll: () => timed(ports, readAll, onError),
    read: async (key) => {
      const fresh = Promise.resolve(ports.trust?.refresh()); // read at the same time as the document
      if (key === INDEX_KEY) await fresh.then(readAdded);
      if (!isName(key)) return;
      ports.listAhead(key);
      seen.add(key);
      if (!(await readInTurn(key, fresh)).isNewer) ports.dropListAhead(key);
    },
  };
}

/** Reads the revocation list first, then everything; records the time if nothing was missing. */
async function timed(
  { trust }: SyncPorts,
  readAll: () => Promise<{ readonly isComplete: boolean; readonly newer: ServiceName[] }>,
  onError: (error: unknown) => void,
): Promise<ServiceName[]> {
  await trust?.refresh();
  const record = await trust?.beginReading();
  const { isComplete, newer } = await readAll();
  if (isComplete) await record?.().catch(onError);
  return newer;
}

async function readEach(names: Iterable<ServiceName>, read: (name: ServiceName) => Promise<ReadOutcome>) {
  const bound = pLimit(PIPELINE);
  return await Promise.all([...names].map((service) => bound(async () => ({ service, ...(await read(service)) }))));
}

async function indexed(ports: SyncPorts, onError: (error: unknown) => void): Promise<readonly ServiceName[]> {
  try {
    return ((await ports.bus.readIndex())?.services ?? []).filter(isName);
  } catch (error) {
    onError(error);
    return [];
  }
}

/** The result of reading one service's key. */
interface ReadOutcome {
  /** A newer state was accepted. */
  readonly isNewer: boolean;
  /** The bus holds what was accepted, and nothing is missing or refused. */
  readonly isWhole: boolean;
}

const NEWER: ReadOutcome = { isNewer: true, isWhole: true };
const SAME: ReadOutcome = { isNewer: false, isWhole: true };
const LEFT_ALONE: ReadOutcome = { isNewer: false, isWhole: false };

/** @param fresh resolves when the revocation list has been read */
async function readAndAccept(ports: SyncPorts, service: ServiceName, fresh?: Promise<void>): Promise<ReadOutcome> {
  const { services, rejected } = ports;
  const [read] = await Promise.all([readDesired(ports.bus, service), fresh]);
  if ("reason" in read) return await reject(ports, service, { kind: "refused", reason: read.reason });
  const row = services.get(service);
  if (read.document === undefined) {
    if (row !== undefined) return await reject(ports, service, { kind: "regressed", reason: GONE });
    await rejected.clear(service);
    return LEFT_ALONE;
  }
  const { document, hash } = read;
  const verdict = judgeGeneration({
    node: ports.node,
    service,
    document,
    hash,
    floor: row?.ref,
    accepted: row?.document,
  });
  if (verdict.kind === "same") {
    await rejected.clear(service);
    return SAME;
  }
  const { writeId } = document;
  if (verdict.kind !== "accepted") return await reject(ports, service, { ...verdict, writeId });
  const reason = await reasonToRefuse(ports, document, row?.document);
  if (reason !== undefined) {
    return await reject(ports, service, {
      kind: "refused",
      writeId,
      reason: `generation ${document.generation} is refused: ${reason}`,
    });
  }
  // The accepted adoptions also decide which containers are ours, so the list may be wrong now.
  if ([row?.document, document].some((one) => one?.adopted !== undefined)) ports.dropListAhead(service);
  await services.accept(document, { generation: document.generation, hash }, [acceptedEvent(ports, document)]);
  await rejected.clear(service);
  ports.onAccepted(service);
  return NEWER;
}

async function reasonToRefuse(
  { trust, bus, clock }: SyncPorts,
  document: DesiredService,
  accepted: DesiredService | undefined,
): Promise<string | undefined> {
  const dates = [document, accepted].flatMap((one) => (one === undefined ? [] : [one.at]));
  const latestMs = await latestClock({ now: () => clock.now(), serverTime: () => bus.serverTime() }, dates);
  return wrongDate(document.at, latestMs) ?? trust?.reasonToRefuse(document, accepted, latestMs);
}

const GONE = "the bus holds nothing for it";

async function reject(
  { rejected }: SyncPorts,
  service: ServiceName,
  rejection: ObservedRejection,
): Promise<ReadOutcome> {
  await rejected.add(service, rejection);
  return LEFT_ALONE;
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
