/**
 * What happens on the buses before a release is recorded: services are deployed, changed, stopped, adopted and retired, a
 * deploy fails, drift is left open, people and nodes come and go. All of it by commands.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../test/helpers/eventually.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { type Desk, openDesk } from "./release-desk.ts";
import { full, limited, pair, plain, restarts, shop } from "./release-services.ts";
import type { ReleaseSite } from "./release-site.ts";

/** By then the nodes have called of drift that lasts (`[alerts] for`). */
const ALERTED_MS = 3_000;

/** The desks of those who joined, by name. */
export type Joined = Readonly<Record<string, Desk>>;

export async function tellEnrolled(scope: Scope, site: ReleaseSite): Promise<Joined> {
  await Promise.all(site.nodes.map((node) => node.start()));
  await deployAll(site);
  await changeSome(site);
  await adoptOne(site);
  const joined = await peopleCome(scope, site);
  await someGo(site);
  await leaveDrift(site);
  return joined;
}

/** A history of two, a service that was retired, one that is stopped. */
export async function tellTrial({ desk, nodes, place }: ReleaseSite): Promise<void> {
  await Promise.all(nodes.map((node) => node.start()));
  await deploy(desk, "web", plain("web", place.v1));
  await deploy(desk, "web", plain("web", place.v2));
  await deploy(desk, "gone", plain("gone", place.v1));
  await retire(desk, "gone");
  await deploy(desk, "resting", plain("resting", place.v1));
  await desk.mcp("stop", "resting");
  await deploy(desk, "shop", shop(place));
}

async function deploy(desk: Desk, service: string, toml: string): Promise<void> {
  await desk.define(service, toml);
  await desk.mcp("deploy", service, "-m", `${service} for the record`);
}

async function retire(desk: Desk, service: string): Promise<void> {
  await desk.mcp("undeploy", service, "--yes");
  await desk.forget(service);
}

async function deployAll({ desk, place }: ReleaseSite): Promise<void> {
  await deploy(desk, "full", full(place));
  await deploy(desk, "restarts", restarts(place));
  await deploy(desk, "pair", pair(place));
  for (const name of ["web", "gone", "resting", "broken"]) await deploy(desk, name, plain(name, place.v1));
  await deploy(desk, "flaky", plain("flaky", place.v1, 'drift = "report"\n'));
  await deploy(desk, "ignored", plain("ignored", place.v1, 'drift = "ignore"\n'));
  await desk.define("limited", limited(place));
  if ((await desk.run("deploy", "limited")).code === 0) return;
  console.log("this machine enforces no limits: `limited` is retired in the record");
  await retire(desk, "limited");
}

/** Generations, a tombstone, a stop everywhere and one here alone, a deploy that failed. */
async function changeSome({ desk, place }: ReleaseSite): Promise<void> {
  await deploy(desk, "web", plain("web", place.v2));
  await desk.mcp("rollback", "web");
  await desk.define("web", plain("web", place.v1));
  await retire(desk, "gone");
  await desk.mcp("stop", "resting");
  await desk.mcp("stop", "pair@orion");
  await desk.define("broken", plain("broken", place.crasher));
  const { code, stdout } = await desk.run("deploy", "broken");
  if (code !== 9) throw new Error(`the deploy that was to fail ended with ${code}: ${stdout}`);
}

async function adoptOne({ desk, nodes: [rift], place }: ReleaseSite): Promise<void> {
  if (rift === undefined) throw new Error("there is no node to adopt from");
  const port = place.port();
  const args = ["-p", `127.0.0.1:${port}:8080`, "-v", "olddata:/data", "-v", `${rift.filesDir}:/etc/old:ro`];
  const more = ["-e", "LOG=old", "--restart", "always", "--label", "team=old", place.v1];
  await rift.podman.podman("run", "-d", "--name", "old-api", ...args, ...more);
  await desk.mcp("adopt", "old", "--yes");
}

/** Operators of every role, a consumer of events, and what two of them deploy. */
async function peopleCome(scope: Scope, { desk, carried, place }: ReleaseSite): Promise<Joined> {
  const wishes = { bob: ["--service", "shop*"], eve: [], vera: ["--role", "viewer"] };
  const joined: Record<string, Desk> = {};
  for (const [name, more] of Object.entries(wishes)) {
    const bundle = join(carried, `${name}.bundle`);
    await desk.mcp("operator", "add", name, ...more, "--out", bundle);
    joined[name] = await openDesk(scope);
    await joined[name].mcp("join", bundle);
  }
  await desk.mcp("consumer", "add", "watcher", "--out", join(carried, "watcher.creds"));
  const { bob, eve } = joined;
  if (bob === undefined || eve === undefined) throw new Error("nobody joined");
  await deploy(bob, "shop", shop(place));
  await deploy(eve, "note", plain("note", place.v1));
  await desk.mcp("service", "export", "shop");
  await desk.mcp("service", "export", "note");
  return joined;
}

/** An operator is removed, and with him what he may; a node as well. */
async function someGo({ desk, carried }: ReleaseSite): Promise<void> {
  await desk.mcp("operator", "remove", "eve", "--yes");
  await desk.mcp("node", "add", "oldtimer", "--out", join(carried, "oldtimer.bundle"));
  await desk.mcp("node", "remove", "oldtimer", "--yes");
}

/** Drift that is reported and not repaired, for long enough that an alert has told of it; and some that nobody minds. */
async function leaveDrift({ desk, nodes: [rift] }: ReleaseSite): Promise<void> {
  for (const name of ["ignored-api", "flaky-api"]) await rift?.podman.podman("stop", "-t", "1", name);
  const told = async () => (await desk.mcp("events", "--kind", "drift-opened", "--service", "flaky")).includes("flaky");
  await eventually(told, { what: "the drift is told", timeoutMs: 30_000, intervalMs: 500 });
  await sleep(ALERTED_MS);
}
