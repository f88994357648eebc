/** Builds the agent's parts from its ports, each once, and ties them together. Starts nothing that acts on containers. */
import type { Logger } from "pino";
import type { NodeBus } from "../bus/ports/node-bus.ts";
import type { RuntimeHealth } from "../schemas/wire/presence.ts";
import { messageOf } from "../values/error.ts";
import type { NodeName, ServiceName } from "../values/names.ts";
import { callAlertCommand } from "./alerts/alert-command.ts";
import { Alerter, type AlerterPorts, type AlertSettings, NO_ALERTS } from "./alerts/alerter.ts";
import { openDrifts } from "./alerts/open-drifts.ts";
import { adoptions } from "./desired/adoptions.ts";
import { createFindings } from "./desired/rejected-desired.ts";
import { createDesiredSync, type DesiredSync } from "./desired/sync-desired.ts";
import type { FileSettings } from "./files/open-files.ts";
import { type Census, createCensus } from "./reporting/container-counts.ts";
import { Outbox } from "./reporting/outbox.ts";
import { type PresenceLoop, startPresence } from "./reporting/presence.ts";
import { newBoot, Reporter } from "./reporting/reporter.ts";
import { withAdoptedLabels } from "./runtime/adopted-labels.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { type Clock, isoNow } from "./state/clock.ts";
import { eventMaker, type MakeEvent } from "./state/events.ts";
import { openServiceCache, type ServiceCache } from "./state/service-cache.ts";
import type { TrustSettings } from "./state/settings.ts";
import type { EventDraft, Store } from "./store/store.ts";
import { asksForProofs, openTrust, type Trust, type TrustPorts } from "./trust/trust.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

export interface AgentPorts {
  readonly node: NodeName;
  readonly bus: NodeBus;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: NodeJS.ProcessEnv;
  /** Whom the node obeys; absent, or without keys: whoever may write to the bus. */
  readonly trust?: TrustSettings;
  readonly sweepMs: number;
  readonly parallel: number;
  /** Directory whose file system's room the presence tells. */
  readonly filesRoot: string;
  /** Absent: this agent moves no files. */
  readonly fileSettings?: FileSettings;
  /** Absent: no alerts. */
  readonly alerts?: AlertSettings;
  /** The operator says that a changed identity of this node is meant. */
  readonly acceptIdentity: boolean;
  /** Called with what makes going on impossible; no container was touched. */
  onFatal(error: unknown): void;
}

/** What is known of the runtime as a whole. */
export interface RuntimeState {
  health: RuntimeHealth;
  version: string | undefined;
}

export interface AgentParts extends Omit<AgentPorts, "trust"> {
  /** Undefined: this agent asks for no proofs. */
  readonly trust: Trust | undefined;
  readonly makeEvent: MakeEvent;
  readonly book: ServiceCache;
  readonly outbox: Outbox;
  readonly alerter: Alerter;
  readonly reporter: Reporter;
  readonly workshop: Workshop;
  readonly presence: PresenceLoop;
  readonly sync: DesiredSync;
  readonly runtimeState: RuntimeState;
  readonly census: Census;
  /** Events were stored: whoever hands them on looks. */
  onEvents(): void;
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

export async function createParts(given: AgentPorts, { work, delivery }: Lifetimes): Promise<AgentParts> {
  const { node, clock, log } = given;
  const makeEvent = eventMaker(node, clock);
  const warn = (what: string) => (error: unknown) => {
    if (!work.aborted) log.warn({ err: error }, `${what}: ${messageOf(error)}`);
  };
  const telling = await openTelling(given, { work, delivery }, warn);
  const { book, onEvents, tell } = telling;
  const ports = { ...given, runtime: withAdoptedLabels(given.runtime, () => adoptions(book.all(), node)) };
  const boot = newBoot();
  const runtimeState: RuntimeState = { health: "ok", version: undefined };
  const reporter: Reporter = new Reporter(
    {
      ...ports,
      boot,
      row: (service) => book.get(service),
      lane: (service) => workshop.reconciler.lane(service),
      finding: (service) => findings.of(service),
      onError: warn("reporting"),
    },
    work,
  );
  const onTrouble = (service: string, error: unknown) => warn(`reconciling ${service}`)(error);
  const { report } = reporter;
  const workshop = createWorkshop({ ...ports, book, makeEvent, report, onTrouble }, work);
  const isAccepted = (service: ServiceName) => book.get(service) !== undefined;
  const census = createCensus({ node: ports.node, isAccepted, onUndeclared: () => presence.wake() });
  const presence: PresenceLoop = startPresence(
    { ...ports, boot, ...presencePorts(ports, book, { runtimeState, census }), onError: warn("presence") },
    work,
  );
  const findings = createFindings({ ...ports, book, makeEvent, onChange: reporter.report, onEvents });
  const trust = await openTrustOf(given.trust, { ...ports, boot, makeEvent, tell, onError: warn("revocation list") });
  const taking = { ...ports, book, findings, trust, makeEvent, ...acceptance(workshop) };
  const sync = createDesiredSync(taking, warn("reading desired state"));
  return { ...ports, ...telling, trust, makeEvent, reporter, workshop, presence, sync, runtimeState, census, warn };
}

async function openTrustOf(settings: TrustSettings | undefined, ports: TrustPorts): Promise<Trust | undefined> {
  return settings !== undefined && asksForProofs(settings) ? await openTrust(settings, ports) : undefined;
}

function acceptance({ reconciler, accepted }: Workshop) {
  return {
    lookAhead: (service: ServiceName) => reconciler.lookAhead(service),
    forgetLook: (service: ServiceName) => reconciler.forgetLook(service),
    onAccepted: accepted,
  };
}

type Telling = Pick<AgentParts, "book" | "outbox" | "alerter" | "onEvents" | "tell">;

/** The book, and who hands on the events that are stored with its changes. */
async function openTelling(
  ports: AgentPorts,
  { work, delivery }: Lifetimes,
  warn: AgentParts["warn"],
): Promise<Telling> {
  const { store, alerts = NO_ALERTS } = ports;
  const outbox = new Outbox({ ...ports, onError: warn("delivering events") }, delivery);
  const onEvents = () => {
    outbox.wake();
    alerter.wake();
  };
  const book = await openServiceCache(store, onEvents);
  const alerting: AlerterPorts = {
    ...ports,
    settings: alerts,
    call: (call, signal) => callAlertCommand({ command: alerts.command, env: ports.env }, call, signal),
    openDrifts: () => openDrifts(book, store),
  };
  const alerter = new Alerter(alerting, work);
  const tell = async (...events: EventDraft[]) => {
    await store.append(events);
    onEvents();
  };
  return { book, outbox, alerter, onEvents, tell };
}

function presencePorts(
  { bus, clock, store }: AgentPorts,
  book: ServiceCache,
  { runtimeState, census }: Pick<AgentParts, "runtimeState" | "census">,
) {
  return {
    startedAt: isoNow(clock),
    runtime: () => runtimeState,
    counts: async () => ({
      services: book.all().filter(({ document }) => !("absent" in document)).length,
      ...census.counts(),
      outbox: await store.undeliveredCount(),
    }),
    put: async (presence: Parameters<NodeBus["putPresence"]>[0]) => {
      if (bus.isConnected()) await bus.putPresence(presence);
    },
  };
}
