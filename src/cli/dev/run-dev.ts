/** Starts a bus and an agent on this machine, waits until both answer, and stops them in reverse order. */

import { provision } from "../../bus/admin/provision.ts";
import { pushAccount } from "../../bus/admin/push-account.ts";
import { connectOperatorBus } from "../../bus/bus.ts";
import { inboxOf } from "../../bus/connection/credentials.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { McpError, messageOf } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { openSeenStates } from "../change/seen-states.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { type Child, startChild } from "./children.ts";
import { type DevSite, writeSite } from "./dev-site.ts";
import { type DevUser, ensureDevUser } from "./dev-user.ts";
import { findNatsServer } from "./find-nats-server.ts";
import { findPodman } from "./find-podman.ts";
import { AGENT_PATIENCE_MS, agentWords, BUS_PATIENCE_MS, busWords, endDevLeftovers } from "./leftovers.ts";
import { stageAgent } from "./stage-agent.ts";

export interface DevOptions {
  readonly dir: string;
  readonly node: NodeName;
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
  /** Resolves, with the error to report, when one of the two ends by itself. */
  readonly ended: Promise<McpError>;
  stop(): Promise<void>;
}

const READY_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** @throws McpError; whatever was started is stopped again then. */
export async function startDev(options: DevOptions): Promise<RunningDev> {
  const { dir, node, env } = options;
  const server = await findNatsServer(env);
  await findPodman(env);
  const user = await ensureDevUser(node, dir, env);
  const agentProgram = await stageAgent(user);
  if ((await endDevLeftovers(dir, user.dataDir)) > 0)
    options.onProgress("ended what an earlier `mcp dev` left running");
  const site = await writeSite({ dir, node, port: await options.port(), user });
  // An earlier one at this address, that was removed, is not this bus: what it said is not lost here.
  if (site.isNew) await openSeenStates(env, [site.url]).forget();
  const started: Child[] = [];
  const stop = async () => {
    for (const [index, child] of [...started.entries()].reverse()) {
      await child.stop(index === 0 ? BUS_PATIENCE_MS : AGENT_PATIENCE_MS);
    }
  };
  try {
    options.onProgress(`nats-server ${server.version} on ${site.url}`);
    const bus = {
      name: "nats-server",
      command: server.path,
      args: busWords(site.natsConfig),
      logPath: `${dir}/nats.log`,
    };
    started.push(await startChild(bus));
    await untilBusIsReady(options, site, started);
    options.onProgress(`agent of node "${node}" as user ${user.name}`);
    const args = [agentProgram.program, ...agentWords(site.agentConfig)];
    started.push(
      await startChild({ name: "mcp-agent", command: agentProgram.node, args, logPath: `${dir}/agent.log`, user }),
    );
    await untilNodeIsOnline(options, site, started);
    return { site, user, ended: Promise.race(started.map((child) => child.ended)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const settingsOf = (site: DevSite) => ({
  servers: [site.url],
  creds: site.creds,
  name: "mcp dev",
  inboxPrefix: inboxOf(`${site.dir}/operator.creds`),
});

async function untilBusIsReady(options: DevOptions, site: DevSite, started: readonly Child[]): Promise<void> {
  await untilDone({ ...options, started, what: "the bus does not answer" }, async () => {
    await provision(settingsOf(site), { replicas: 1, create: true });
    await pushAccount({ ...settingsOf(site), creds: site.enrolCreds }, site.nodeAccount);
    return true;
  });
}

async function untilNodeIsOnline(options: DevOptions, site: DevSite, started: readonly Child[]): Promise<void> {
  const bus: OperatorBus = await connectOperatorBus(settingsOf(site), { author: options.author });
  const since = Date.now();
  try {
    await untilDone({ ...options, started, what: `node "${site.node}" does not appear` }, async () => {
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
  /** What to say when patience ends. */
  readonly what: string;
}

/** Tries again until it is done, a child has ended, or patience has. */
async function untilDone({ signal, started, what }: Waiting, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const end: { error?: McpError } = {};
  for (const child of started) void child.ended.then((error) => Object.assign(end, { error }));
  for (let last = ""; ; ) {
    try {
      if (await attempt()) return;
    } catch (error) {
      last = `: ${messageOf(error)}`;
    }
    if (end.error !== undefined) throw end.error;
    if (Date.now() > deadline) {
      throw new McpError("E_TIMEOUT", `${what}${last}`, { hint: "look at the logs beside mcp.toml" });
    }
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
