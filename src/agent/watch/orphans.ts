/**
 * Reports containers with our labels that no accepted service needs: once when they appear and once when they are gone;
 * they are never touched. The store remembers them, so that a restart of the agent repeats no report.
 */
import pLimit from "p-limit";
import { LABEL } from "../../schemas/service/labels.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import type { MakeEvent } from "../state/events.ts";
import type { EventDraft, Store } from "../store/store.ts";

const FACT = "orphans";

export interface OrphanPorts {
  readonly store: Store;
  readonly makeEvent: MakeEvent;
  onEvents(): void;
}

type ReportedOrphans = Record<string, { name: string; service: string; component: string }>;

/** The orphans reported last, by container id. */
export async function knownOrphans(store: Pick<Store, "fact">): Promise<ReportedOrphans> {
  return JSON.parse((await store.fact(FACT)) ?? "{}");
}

export function createOrphanWatch(ports: OrphanPorts): (orphans: readonly RuntimeContainer[]) => Promise<void> {
  const inTurn = pLimit(1); // calls may overlap, and each must know what the previous one has reported
  const note = async (orphans: readonly RuntimeContainer[]): Promise<void> => {
    const before = await knownOrphans(ports.store);
    const now: ReportedOrphans = Object.fromEntries(orphans.map((c) => [c.id, describe(c)]));
    const opened = Object.keys(now).filter((id) => before[id] === undefined);
    const closed = Object.keys(before).filter((id) => now[id] === undefined);
    if (opened.length + closed.length === 0) return;
    await ports.store.append([
      ...opened.map((id) => event(ports.makeEvent, "drift-opened", now[id])),
      ...closed.map((id) => event(ports.makeEvent, "drift-closed", before[id])),
    ]);
    await ports.store.setFact(FACT, JSON.stringify(now));
    ports.onEvents();
  };
  return (orphans) => inTurn(() => note(orphans));
}

function describe(container: RuntimeContainer): ReportedOrphans[string] {
  const service = container.labels[LABEL.service] ?? "";
  return { name: container.name, service, component: container.labels[LABEL.component] ?? "" };
}

function event(
  makeEvent: MakeEvent,
  kind: "drift-opened" | "drift-closed",
  orphan: ReportedOrphans[string] | undefined,
): EventDraft {
  const { name = "", service = "", component = "" } = orphan ?? {};
  const message =
    kind === "drift-opened"
      ? `${name}: orphan, no desired state needs it (\`mcp purge\` removes it)`
      : `${name}: no longer an orphan`;
  const about = { ...(service && { service }), ...(component && { component }) };
  return makeEvent(kind, message, { ...about, data: { drift: "orphan", container: name } });
}
