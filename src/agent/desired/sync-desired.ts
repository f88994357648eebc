/**
 * Takes over desired state from the bus: reads by direct get what a wake-up names, and everything on each connect and
 * sweep. Accepting is accept.ts's to judge; nothing read here, or missing here, ever stops a container by itself.
 */
import pLimit from "p-limit";
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import type { ObservedRejection } from "../../schemas/service/observed.ts";
import { INDEX_KEY } from "../../schemas/wire/buckets.ts";
import { isName, type NodeName, type ServiceName } from "../../values/names.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { Trust } from "../trust/trust.ts";
import { judgeGeneration } from "./accept.ts";
import { readDesired } from "./read-desired.ts";
import type { RejectedDesired } from "./rejected-desired.ts";

export interface SyncPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly services: ServiceCache;
  readonly rejected: RejectedDesired;
  readonly makeEvent: MakeEvent;
  /** Undefined: the node asks for no proofs. */
  readonly trust: Pick<Trust, "refresh" | "reasonToRefuse" | "beginReading"> | undefined;
  /** A newer state may be found: lists the containers for the pass over it. */
  listAhead(service: ServiceName): void;
  /** That list is of no use. */
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
  /** Reads the index and every key known. @returns services whose newer state no wake-up reported. */
  readAll(): Promise<ServiceName[]>;
}

/** Direct gets under way at the same time. */
const PIPELINE = 64;

export function createDesiredSync(ports: SyncPorts, onError: (error: unknown) => void): DesiredSync {
  const seen = new Set<ServiceName>();
  const inTurn = new Map<ServiceName, Promise<Look>>();
  const failed = (error: unknown) => {
    onError(error);
    return LEFT_ALONE;
  };
  const lookAt = (service: ServiceName, fresh?: Promise<void>): Promise<Look> => {
    const before = inTurn.get(service) ?? Promise.resolve(LEFT_ALONE);
    const mine = before.then(() => take(ports, service, fresh)).catch(failed);
    inTurn.set(service, mine);
    return mine;
  };
  const known = () => new Set([...seen, ...ports.services.all().map((row) => row.service)]);
  const readAll = async () => {
    const names = await indexed(ports, onError);
    for (const name of names) seen.add(name);
    const looks = await lookAtThese(known(), lookAt);
    // An index that lists nothing may be that of a bus that was wiped.
    const isComplete = names.length > 0 && looks.every(({ isWhole }) => isWhole);
    return { isComplete, newer: looks.filter(({ isNewer }) => isNewer).map(({ service }) => service) };
  };
  const lookAtNew = async (): Promise<void> => {
    const before = known();
    const added = (await indexed(ports, onError)).filter((name) => !before.has(name));
    for (const name of added) seen.add(name);
    await lookAtThese(added, lookAt);
  };
  return {
    readAll: () => timed(ports, readAll, onError),
    read: async (key) => {
      const fresh = Promise.resolve(ports.trust?.refresh()); // read beside the document, and judged by
      if (key === INDEX_KEY) await fresh.then(lookAtNew);
      if (!isName(key)) return;
      ports.listAhead(key);
      seen.add(key);
      if (!(await lookAt(key, fresh)).isNewer) ports.dropListAhead(key);
    },
  };
}

/** A reading of everything: the revocation list first, and when it was, where it found everything. */
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

async function lookAtThese(names: Iterable<ServiceName>, lookAt: (name: ServiceName) => Promise<Look>) {
  const bound = pLimit(PIPELINE);
  return await Promise.all([...names].map((service) => bound(async () => ({ service, ...(await lookAt(service)) }))));
}

async function indexed(ports: SyncPorts, onError: (error: unknown) => void): Promise<readonly ServiceName[]> {
  try {
    return ((await ports.bus.readIndex())?.services ?? []).filter(isName);
  } catch (error) {
    onError(error);
    return [];
  }
}

/** What a look at one key came to. */
interface Look {
  /** A newer state was accepted. */
  readonly isNewer: boolean;
  /** The bus holds what was accepted, and nothing is missing or refused. */
  readonly isWhole: boolean;
}

const NEWER: Look = { isNewer: true, isWhole: true };
const SAME: Look = { isNewer: false, isWhole: true };
const LEFT_ALONE: Look = { isNewer: false, isWhole: false };

/** @param fresh resolves when the revocation list to judge by was read */
async function take(ports: SyncPorts, service: ServiceName, fresh?: Promise<void>): Promise<Look> {
  const { services, rejected, trust } = ports;
  const [read] = await Promise.all([readDesired(ports.bus, service), fresh]);
  if ("reason" in read) return await leave(ports, service, { kind: "refused", reason: read.reason });
  const row = services.get(service);
  if (read.document === undefined) {
    if (row !== undefined) return await leave(ports, service, { kind: "regressed", reason: GONE });
    await rejected.clear(service);
    return LEFT_ALONE;
  }
  const { document, hash } = read;
  const verdict = judgeGeneration({ node: ports.node, service, document, hash, floor: row?.ref });
  if (verdict.kind === "same") {
    await rejected.clear(service);
    return SAME;
  }
  const refused = { kind: "refused", writeId: document.writeId } as const;
  if (verdict.kind === "refused") return await leave(ports, service, { ...refused, reason: verdict.reason });
  if (verdict.kind === "regressed") return await leave(ports, service, { ...verdict, kind: "regressed" });
  const reason = trust?.reasonToRefuse(document, row?.document);
  if (reason !== undefined) {
    return await leave(ports, service, {
      ...refused,
      reason: `generation ${document.generation} is refused: ${reason}`,
    });
  }
  // Which containers are ours also depends on the adoptions that are accepted.
  if ([row?.document, document].some((one) => one?.adopted !== undefined)) ports.dropListAhead(service);
  await services.accept(document, { generation: document.generation, hash }, [acceptedEvent(ports, document)]);
  await rejected.clear(service);
  ports.onAccepted(service);
  return NEWER;
}

const GONE = "the bus holds nothing for it";

async function leave({ rejected }: SyncPorts, service: ServiceName, rejection: ObservedRejection): Promise<Look> {
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
