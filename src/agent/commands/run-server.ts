/** `mcp-agent server`: the agent over NATS and podman until SIGTERM, SIGINT or SIGHUP; a second signal ends it at once. */

import { dirname, join } from "node:path";
import { connectNodeBus } from "../../bus/bus.ts";
import { accountOf } from "../../bus/connection/credentials.ts";
import { checkSettings, plainTextWarning } from "../../bus/connection/settings.ts";
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import { nodeInbox } from "../../schemas/wire/rights.ts";
import { endSignal } from "../../service/end-signal.ts";
import { deferred } from "../../values/deferred.ts";
import { messageOf } from "../../values/error.ts";
import { VERSION } from "../../values/version.ts";
import { startAgent } from "../composition/start-agent.ts";
import { systemClock } from "../state/clock.ts";
import { eventMaker } from "../state/events.ts";
import { readAgentSettings } from "../state/settings.ts";
import { asksForProofs } from "../trust/trust.ts";
import { type OpenPorts, openPorts, type ProgramOptions } from "./open-ports.ts";

const BELIEVES_THE_BUS =
  "[trust] names no keys: signatures are not checked, and whoever may write to the bus decides what runs here";

const ENROLLED_ANEW =
  "the credentials are another enrolment's than this agent was started with: restart it, or it refuses what is written for that one";

/** @returns the exit code. @throws McpError E_CONFIG, E_REFUSED for settings that it must not act on */
export async function runServer(options: ProgramOptions): Promise<number> {
  checkSettings((await readAgentSettings(options.config, options.env, options)).bus); // before anything is touched
  const ports = await openPorts(options);
  const { settings, log, store } = ports;
  const ended = askedToEnd();
  log.info({ version: VERSION, pid: process.pid }, `agent of ${settings.node} starting`);
  warnOfSettings(ports);
  await tellRebuilt(ports);
  const identity = { name: `mcp-agent ${settings.node}`, inboxPrefix: nodeInbox(settings.node) };
  const bus = await connectNodeBus({ ...settings.bus, ...identity }, settings.node, {
    onProblem: (error) => log.warn(`bus: ${messageOf(error)}`),
  });
  warnOfAnotherEnrolment(ports, bus);
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

function warnOfSettings({ settings, log }: OpenPorts): void {
  if (!asksForProofs(settings.trust)) log.warn(BELIEVES_THE_BUS);
  const warning = plainTextWarning(settings.bus);
  if (warning !== undefined) log.warn(warning);
}

/** Credentials are read again at every connect, the rest of the settings is not. */
function warnOfAnotherEnrolment({ settings, log }: OpenPorts, bus: NodeBus): void {
  const enrolled = accountOf(settings.bus.creds);
  bus.onConnect(() => {
    const now = accountOf(settings.bus.creds);
    if (enrolled !== undefined && now !== undefined && now !== enrolled) log.warn(ENROLLED_ANEW);
  });
}

async function tellRebuilt({ rebuilt, store, settings }: OpenPorts): Promise<void> {
  if (rebuilt === undefined) return;
  const { reason, setAside, services } = rebuilt;
  const message = `the store was ${reason}; ${services.length} services were taken from their accepted documents`;
  await store.append([
    eventMaker(settings.node, systemClock)("store-rebuilt", message, { data: { reason, setAside, services } }),
  ]);
}

/** Resolves when the process shall end. */
function askedToEnd(): Promise<undefined> {
  const signal = endSignal();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
