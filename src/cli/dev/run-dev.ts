/** Starts a bus and an agent on this machine, waits until both answer, and stops them in reverse order. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pushAccount } from "../../bus/admin/account-server.ts";
import { provision } from "../../bus/admin/provision.ts";
import { connectOperatorBus } from "../../bus/bus.ts";
import { inboxOf } from "../../bus/connection/credentials.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { openSeenStates } from "../change/seen-states.ts";
import { livenessOf } from "../status/node-liveness.ts";
import type { Child, Program } from "./children.ts";
import { type DevSite, writeSite } from "./dev-site.ts";
import { type DevUser, ensureDevUser } from "./dev-user.ts";
import { EXAMPLE_SERVICE, prepareExample } from "./example-service.ts";
import { findNatsServer } from "./find-nats-server.ts";
import { findPodman } from "./find-podman.ts";
import { AGENT_PATIENCE_MS, agentWords, BUS_PATIENCE_MS, busWords, endDevLeftovers } from "./leftovers.ts";
import { type StagedAgent, stageAgent } from "./stage-agent.ts";
import { superviseChild } from "./supervised-child.ts";
import type { Trial } from "./trial.ts";

export interface DevOptions {
  readonly trial: Trial;
  /** Chosen when nothing of an earlier run is left. */
  readonly port: () => Promise<number>;
  readonly env: NodeJS.ProcessEnv;
  readonly author: string;
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

export interface RunningDev {
  readonly site: DevSite;
  readonly user: DevUser;
  /** The example service that can be deployed; absent when its image cannot be made here. */
  readonly example?: string;
  /** Resolves, with the error to report, when a program keeps exiting. */
  readonly ended: Promise<McpError>;
  stop(): Promise<void>;
}

const READY_MS = 30_000;
const POLL_MS = 100;

/** @throws McpError; all that was started is stopped first */
export async function startDev(options: DevOptions): Promise<RunningDev> {
  const { trial, env, onProgress } = options;
  const server = await findNatsServer(env);
  await findPodman(env);
  const user = await ensureDevUser(trial, env);
  const agent = await stageAgent(user);
  if ((await endDevLeftovers(trial.dir, user.dataDir)) > 0)
    onProgress("stopped what an earlier `mcp dev` had left running");
  const site = await writeSite({ ...trial, port: await options.port(), user });
  // An earlier bus at this address was another one: what we have seen there says nothing about this one.
  if (site.isNew) await openSeenStates(env, [site.url]).forget();
  const started: Child[] = [];
  const start = async (program: Program) => {
    started.push(await superviseChild(program, { onRestart: onProgress }));
  };
  const stop = async () => {
    for (const [index, child] of [...started.entries()].reverse()) {
      await child.stop(index === 0 ? BUS_PATIENCE_MS : AGENT_PATIENCE_MS);
    }
  };
  try {
    onProgress(`nats-server ${server.version} on ${site.url}`);
    await start(busProgram(site, server.path));
    await untilBusIsReady(options, site, started);
    onProgress(`agent of node "${site.node}" as user ${user.name}`);
    await start(agentProgram(site, agent, user));
    const [example] = await Promise.all([offerExample(options, site, user), untilNodeIsOnline(options, site, started)]);
    return { site, user, ...example, ended: Promise.race(started.map((child) => child.ended)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A trial set-up is of use without it, so a failure is only reported. */
async function offerExample({ env, onProgress }: DevOptions, site: DevSite, user: DevUser) {
  try {
    return (await prepareExample(site, user, env)) ? { example: EXAMPLE_SERVICE } : {};
  } catch (error) {
    onProgress(`the example image cannot be made: ${messageOf(error)}`);
    return {};
  }
}

const busProgram = ({ dir, natsConfig }: DevSite, command: string): Program => ({
  name: "nats-server",
  command,
  args: busWords(natsConfig),
  logPath: join(dir, "nats.log"),
});

const agentProgram = ({ dir, agentConfig }: DevSite, { node, program }: StagedAgent, user: DevUser): Program => ({
  name: "mcp-agent",
  command: node,
  args: [program, ...agentWords(agentConfig)],
  logPath: join(dir, "agent.log"),
  user,
});

const settingsOf = (site: DevSite) => ({
  servers: [site.url],
  creds: site.creds,
  name: "mcp dev",
  inboxPrefix: inboxOf(`${site.dir}/operator.creds`),
});

async function untilBusIsReady(options: DevOptions, site: DevSite, started: readonly Child[]): Promise<void> {
  await untilDone({ ...options, started, what: "the bus did not answer" }, async () => {
    await provision(settingsOf(site), { replicas: 1, create: true });
    await pushAccount({ ...settingsOf(site), creds: site.enrollCreds }, site.nodeAccount);
    return true;
  });
}

async function untilNodeIsOnline(options: DevOptions, site: DevSite, started: readonly Child[]): Promise<void> {
  const bus: OperatorBus = await connectOperatorBus(settingsOf(site), { author: options.author });
  const since = Date.now();
  try {
    await untilDone({ ...options, started, what: `node "${site.node}" was not ready` }, async () => {
      const aged = await bus.readPresence(site.node);
      const isNew = aged !== undefined && aged.ageMs < Date.now() - since + 1_000;
      return isNew && livenessOf(site.node, aged).liveness === "online" && aged.value.runtime.health === "ok";
    });
  } finally {
    await bus.close();
  }
}

interface Waiting extends DevOptions {
  readonly started: readonly Child[];
  /** What failed when the time is up. */
  readonly what: string;
}

/** Tries again until it is done, a program keeps exiting, or the time is up. */
async function untilDone({ signal, started, what }: Waiting, attempt: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + READY_MS;
  const end: { error?: McpError } = {};
  for (const child of started) void child.ended.then((error) => Object.assign(end, { error }));
  for (let last: unknown; ; ) {
    try {
      if (await attempt()) return;
    } catch (error) {
      last = error;
    }
    if (end.error !== undefined) throw end.error;
    if (Date.now() > deadlineMs) throw await timeoutError(what, last, started);
    signal.throwIfAborted();
    await sleep(POLL_MS);
  }
}

/** The last problem that the newest program logged says more than the time that passed. */
async function timeoutError(what: string, last: unknown, started: readonly Child[]): Promise<McpError> {
  const logged = await started.at(-1)?.lastProblem();
  const cause = logged === undefined ? last : new Error(logged, { cause: last });
  const hint = "`mcp dev` writes nats.log and agent.log to its directory: see the last lines there";
  return new McpError("E_TIMEOUT", `${what} within ${READY_MS / 1000} s`, { hint, cause });
}
