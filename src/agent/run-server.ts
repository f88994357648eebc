/** `mcp-agent server`: the agent over NATS and podman until SIGTERM or SIGINT; a second signal ends it at once. */
import { dirname, join } from "node:path";
import { connectNodeBus } from "../bus/bus.ts";
import { checkSettings, plainTextWarning } from "../bus/settings.ts";
import { McpError, messageOf } from "../schemas/error.ts";
import { nodeInbox } from "../schemas/rights.ts";
import { VERSION } from "../schemas/version.ts";
import { startAgent } from "./agent.ts";
import { systemClock } from "./clock.ts";
import { eventMaker } from "./events.ts";
import { type OpenPorts, openPorts, type ProgramOptions } from "./open-ports.ts";
import { type AgentSettings, readAgentSettings } from "./settings.ts";

/** @returns the exit code. @throws McpError E_CONFIG for settings that this version cannot keep */
export async function runServer(options: ProgramOptions): Promise<number> {
  refuseUnsafe(await readAgentSettings(options.config, options.env, options));
  const ports = await openPorts(options);
  const { settings, log, store } = ports;
  const ended = endSignal();
  log.info({ version: VERSION, pid: process.pid }, `agent of ${settings.node} starting`);
  log.warn("signatures are not checked: whoever may write to the bus decides what runs here");
  warnOfPlainText(ports);
  await tellRebuilt(ports);
  const identity = { name: `mcp-agent ${settings.node}`, inboxPrefix: nodeInbox(settings.node) };
  const bus = await connectNodeBus({ ...settings.bus, ...identity }, settings.node, {
    onProblem: (error) => log.warn(`bus: ${messageOf(error)}`),
  });
  const fatal = deferred();
  const agent = await startAgent({
    node: settings.node,
    bus,
    store,
    runtime: ports.runtime,
    clock: systemClock,
    log,
    env: options.env,
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

/** Before anything is touched. @throws McpError E_CONFIG, E_REFUSED */
function refuseUnsafe({ trust, bus }: AgentSettings): void {
  refuseSigners(trust);
  checkSettings(bus);
}

/** Whoever names signers counts on unsigned desired state being refused; going on without that would be a lie. */
function refuseSigners({ signers }: AgentSettings["trust"]): void {
  if (signers.length === 0) return;
  throw new McpError("E_CONFIG", "[trust] signers is set, but this version cannot check signatures of desired state", {
    hint: "remove `[trust] signers` (and MCP_AGENT_TRUST_SIGNERS); until a version checks them, the bus's rights alone decide who may write",
  });
}

function warnOfPlainText({ settings, log }: OpenPorts): void {
  const warning = plainTextWarning(settings.bus);
  if (warning !== undefined) log.warn(warning);
}

async function tellRebuilt({ rebuilt, store, settings }: OpenPorts): Promise<void> {
  if (rebuilt === undefined) return;
  const { reason, setAside, services } = rebuilt;
  const message = `the store was ${reason}; ${services.length} services were taken from their accepted documents`;
  await store.append([
    eventMaker(settings.node, systemClock)("store-rebuilt", message, { data: { reason, setAside, services } }),
  ]);
}

function deferred() {
  let resolve: (error: unknown) => void = () => undefined;
  const promise = new Promise<unknown>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Resolves at the first SIGTERM or SIGINT; the second one ends the process, leaving every step resumable. */
function endSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    let signals = 0;
    const onSignal = () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      resolve(undefined);
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  });
}
