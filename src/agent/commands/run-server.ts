/** `mcp-agent server`: the agent over NATS and podman until SIGTERM, SIGINT or SIGHUP; a second signal stops it at once. */
import { dirname, join } from "node:path";
import { connectNodeBus } from "../../bus/bus.ts";
import { accountOf } from "../../bus/connection/credentials.ts";
import { checkSettings, plainTextWarning } from "../../bus/connection/settings.ts";
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import { nodeInbox } from "../../schemas/wire/rights.ts";
import { endSignal } from "../../service/end-signal.ts";
import { deferred } from "../../values/deferred.ts";
import { VERSION } from "../../values/version.ts";
import { startAgent } from "../composition/start-agent.ts";
import { diskFacts } from "../reporting/presence.ts";
import { systemClock } from "../state/clock.ts";
import { eventMaker } from "../state/events.ts";
import { asksForProofs } from "../trust/trust.ts";
import { findAndReadSettings } from "./find-settings.ts";
import { logBusProblems } from "./log-bus-problems.ts";
import { type OpenPorts, openPorts, type ProgramOptions } from "./open-ports.ts";

const BELIEVES_THE_BUS =
  "[trust] names no keys: signatures are not checked, and everyone who can write to the bus decides what runs here";

const ENROLLED_AGAIN =
  "this node was enrolled again since this agent started: restart the agent, or it refuses desired state that is written for the new enrollment";

/** @returns the exit code. @throws McpError E_CONFIG, E_REFUSED for unsafe settings */
export async function runServer(options: ProgramOptions): Promise<number> {
  checkSettings((await findAndReadSettings(options)).settings.bus); // before anything is touched
  const ports = await openPorts(options);
  const { settings, log, store } = ports;
  const ended = untilEndSignal();
  log.info({ version: VERSION, pid: process.pid }, `agent of ${settings.node} starting`);
  warnOfSettings(ports);
  await recordRebuilt(ports);
  const bus = await openBus(ports);
  const fatal = deferred<unknown>();
  const agent = await startAgent({
    node: settings.node,
    bus,
    store,
    runtime: ports.runtime,
    clock: systemClock,
    log,
    env: options.env,
    trust: settings.trust,
    sweepMs: settings.reconcile.sweepMs,
    parallel: settings.reconcile.parallel,
    filesRoot: settings.files.root,
    disk: () => diskFacts(settings.files.root),
    storeDisk: () => diskFacts(dirname(settings.store.path)),
    fileSettings: { maxBytes: settings.files.maxSizeBytes, journalDir: join(dirname(settings.store.path), "files") },
    alerts: settings.alerts,
    acceptIdentity: options.acceptIdentity,
    onFatal: fatal.resolve,
  });
  void agent.ready.then(() => log.info("services compared with podman"));
  const error = await Promise.race([ended, fatal.promise]);
  await agent.stop();
  await bus.close();
  await ports.close();
  if (error !== undefined) throw error;
  log.info("stopped; containers keep running");
  return 0;
}

/** Connects in the background. */
async function openBus(ports: OpenPorts): Promise<NodeBus> {
  const { settings, log } = ports;
  const identity = { name: `mcp-agent ${settings.node}`, inboxPrefix: nodeInbox(settings.node) };
  const problems = logBusProblems(log, settings.node);
  const bus = await connectNodeBus({ ...settings.bus, ...identity }, settings.node, problems);
  bus.onConnect(() => {
    problems.onConnect();
    log.info("connected to the bus");
  });
  warnOfAnotherEnrollment(ports, bus);
  return bus;
}

function warnOfSettings({ settings, log }: OpenPorts): void {
  if (!asksForProofs(settings.trust)) log.warn(BELIEVES_THE_BUS);
  const warning = plainTextWarning(settings.bus);
  if (warning !== undefined) log.warn(warning);
}

/** Only credentials are read again at every connect; the other settings are not. */
function warnOfAnotherEnrollment({ settings, log }: OpenPorts, bus: NodeBus): void {
  const enrolled = accountOf(settings.bus.creds);
  bus.onConnect(() => {
    const now = accountOf(settings.bus.creds);
    if (enrolled !== undefined && now !== undefined && now !== enrolled) log.warn(ENROLLED_AGAIN);
  });
}

async function recordRebuilt({ rebuilt, store, settings }: OpenPorts): Promise<void> {
  if (rebuilt === undefined) return;
  const { reason, setAside, services } = rebuilt;
  const message = `the store was ${reason}; ${services.length} services were taken from their accepted documents`;
  await store.append([
    eventMaker(settings.node, systemClock)("store-rebuilt", message, { data: { reason, setAside, services } }),
  ]);
}

/** Resolves when a signal asks the process to end. */
function untilEndSignal(): Promise<undefined> {
  const signal = endSignal();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
