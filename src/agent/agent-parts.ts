/** Builds the agent's parts from its ports, each once, and ties them together. Starts nothing that acts on containers. */
import type { Logger } from "pino";
import type { NodeBus } from "../bus/node-bus.ts";
import { messageOf } from "../schemas/error.ts";
import type { NodeName } from "../schemas/names.ts";
import type { RuntimeHealth } from "../schemas/presence.ts";
import { type Book, openBook } from "./book.ts";
import { type Clock, isoNow } from "./clock.ts";
import { eventMaker, type MakeEvent } from "./events.ts";
import { type Outbox, startOutbox } from "./outbox.ts";
import { type PresenceLoop, startPresence } from "./presence.ts";
import { createReporter, newBoot, type Reporter } from "./reporter.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { EventDraft, Store } from "./store/store.ts";
import { createDesiredSync, type DesiredSync } from "./sync-desired.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

export interface AgentPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly sweepMs: number;
  readonly parallel: number;
  /** Directory whose file system's room the presence tells. */
  readonly filesRoot: string;
  /** The operator says that a changed identity of this node is meant. */
  readonly acceptIdentity: boolean;
  /** Called with what makes going on impossible; no container was touched. */
  onFatal(error: unknown): void;
}

/** What is known of the runtime as a whole. */
export interface RuntimeState {
  health: RuntimeHealth;
  version: string | undefined;
  containers: number;
}

export interface AgentParts extends AgentPorts {
  readonly makeEvent: MakeEvent;
  readonly book: Book;
  readonly outbox: Outbox;
  readonly reporter: Reporter;
  readonly workshop: Workshop;
  readonly presence: PresenceLoop;
  readonly sync: DesiredSync;
  readonly runtimeState: RuntimeState;
  /** Stores events that belong to no service's change, and has them delivered. */
  tell(...events: EventDraft[]): Promise<void>;
  /** Logs what went wrong and will be tried again. */
  warn(what: string): (error: unknown) => void;
}

export interface Lifetimes {
  /** Ends when the agent stops taking work. */
  readonly work: AbortSignal;
  /** Ends when its last events were delivered. */
  readonly delivery: AbortSignal;
}

export async function createParts(ports: AgentPorts, { work, delivery }: Lifetimes): Promise<AgentParts> {
  const { node, clock, store, log } = ports;
  const makeEvent = eventMaker(node, clock);
  const warn = (what: string) => (error: unknown) => {
    if (!work.aborted) log.warn({ err: error }, `${what}: ${messageOf(error)}`);
  };
  const outbox = startOutbox({ ...ports, onError: warn("delivering events") }, delivery);
  const book = await openBook(store, outbox.wake);
  const boot = newBoot();
  const runtimeState: RuntimeState = { health: "ok", version: undefined, containers: 0 };
  const reporter: Reporter = createReporter({
    ...ports,
    boot,
    row: (service) => book.get(service),
    lane: (service) => workshop.reconciler.lane(service),
    onError: warn("reporting"),
  });
  const onTrouble = (service: string, error: unknown) => warn(`reconciling ${service}`)(error);
  const workshop = createWorkshop({ ...ports, book, makeEvent, report: reporter.report, onTrouble }, work);
  const presence = startPresence(
    { ...ports, boot, ...presencePorts(ports, book, runtimeState), onError: warn("presence") },
    work,
  );
  const sync = createDesiredSync(
    {
      ...ports,
      book,
      makeEvent,
      onAccepted: (service) => workshop.accepted(service),
      onRegressed: (service) => reporter.report(service),
      onEvents: outbox.wake,
    },
    warn("reading desired state"),
  );
  const tell = async (...events: EventDraft[]) => {
    await store.append(events);
    outbox.wake();
  };
  return { ...ports, makeEvent, book, outbox, reporter, workshop, presence, sync, runtimeState, tell, warn };
}

function presencePorts({ bus, clock, store }: AgentPorts, book: Book, state: RuntimeState) {
  return {
    startedAt: isoNow(clock),
    runtime: () => state,
    counts: async () => ({
      services: book.all().filter(({ document }) => !("absent" in document)).length,
      containers: state.containers,
      outbox: await store.undeliveredCount(),
    }),
    put: async (presence: Parameters<NodeBus["putPresence"]>[0]) => {
      if (bus.isConnected()) await bus.putPresence(presence);
    },
  };
}
