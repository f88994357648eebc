/** Checks settings, bus, nodes and definitions for `mcp doctor`. Each failure is a line; later checks still run where they can. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { hasKeys } from "../../trust/stored-intent.ts";
import type { CliContext, SettingsChoice } from "../context/context.ts";
import { reportOf } from "../output/error-report.ts";
import type { CliSettings } from "../settings/read-settings.ts";
import { livenessOf, readNodeLiveness } from "../status/node-liveness.ts";
import {
  checkClock,
  checkDurability,
  checkForeign,
  checkPayload,
  checkPlainText,
  checkServer,
  checkStreams,
} from "./bus-checks.ts";
import { checkDesired } from "./desired-checks.ts";
import { checkNodes, checkPresence } from "./node-checks.ts";
import { checkRights } from "./rights-checks.ts";

export interface Examination {
  readonly context: CliContext;
  readonly choice: SettingsChoice;
  settings(): Promise<CliSettings>;
  bus(): Promise<OperatorBus>;
}

/** All checks, in the order in which to fix problems. It does not throw for the problems that it looks for. */
export async function examine(examination: Examination): Promise<DoctorCheck[]> {
  const { context, choice } = examination;
  const settings = await orFailure("settings", async () => settingsChecks(await examination.settings()));
  if (failed(settings)) return settings;
  const definitions = await orFailure("definitions", async () => [
    ...(await ownKeyChecks(context, await examination.settings())),
    ...(await definitionChecks(await examination.settings())),
  ]);
  const server = await orFailure("bus", async () => serverChecks(await examination.bus(), context.now()));
  if (failed(server)) return [...settings, ...definitions, ...server];
  const accounts = await orFailure("accounts", () => ownAccountChecks(examination));
  const streams = await orFailure("streams", async () =>
    (await examination.bus()).reportsOnly ? [] : streamChecks(context, choice),
  );
  if (failed(streams)) return [...settings, ...definitions, ...server, ...accounts, ...streams];
  const rights = await orFailure("rights", async () => checkRights(await examination.bus(), context.author()));
  const desired = await orFailure("desired", async () =>
    desiredChecks(await examination.bus(), await examination.settings()),
  );
  const nodes = await orFailure("nodes", async () => nodeChecks(await examination.bus(), context.now()));
  return [...settings, ...definitions, ...server, ...accounts, ...streams, ...rights, ...desired, ...nodes];
}

async function ownKeyChecks({ env, cwd, now }: CliContext, { path }: CliSettings): Promise<DoctorCheck[]> {
  const { identityPath } = await import("../identity/identity-dir.ts");
  const { identityChecks } = await import("./identity-checks.ts");
  return identityChecks(identityPath({ env, cwd, settingsPath: path }), now());
}

async function ownAccountChecks({ context, choice, settings }: Examination): Promise<DoctorCheck[]> {
  const { identityPath } = await import("../identity/identity-dir.ts");
  const { accountChecks } = await import("./account-checks.ts");
  const { env, cwd, now } = context;
  const path = identityPath({ env, cwd, settingsPath: (await settings()).path });
  return await accountChecks(path, { nowMs: now(), open: (creds) => context.openAccounts(choice, creds) });
}

function failed(checks: readonly DoctorCheck[]): boolean {
  return checks.some(({ result }) => result === "fail");
}

async function orFailure(name: string, check: () => Promise<DoctorCheck[]>): Promise<DoctorCheck[]> {
  try {
    return await check();
  } catch (error) {
    const { message, causes, hint } = reportOf(error);
    return [{ name, result: "fail", message: [message, ...causes].join(": "), remedy: hint }];
  }
}

async function settingsChecks(settings: CliSettings): Promise<DoctorCheck[]> {
  const { requireBus } = await import("../settings/read-settings.ts");
  const bus = requireBus(settings);
  const source = settings.found ? settings.path : "the environment (there is no settings file)";
  return [
    { name: "settings", result: "ok", message: `${source}: bus ${bus.servers.join(", ")}` },
    ...checkPlainText(bus),
    ...(await credsChecks(bus.creds)),
  ];
}

/** The check of the bus reports a missing file. */
async function credsChecks(path: string | undefined): Promise<DoctorCheck[]> {
  const { existsSync } = await import("node:fs");
  const { isOpenToOthers } = await import("../../disk/private-path.ts");
  if (path === undefined || !existsSync(path) || !(await isOpenToOthers(path))) return [];
  const message = `${path} can be read by other users of this machine`;
  return [{ name: "creds", result: "warn", message, remedy: `chmod 600 ${path}` }];
}

/** A bad definition harms nothing that is running: a warning for each. */
async function definitionChecks({ servicesDir }: CliSettings): Promise<DoctorCheck[]> {
  const name = "definitions";
  const { readAll } = await import("../definition/find-definition.ts");
  const { existsSync } = await import("node:fs");
  if (!existsSync(servicesDir)) {
    return [{ name, result: "warn", message: `no directory ${servicesDir}`, remedy: `mkdir -p ${servicesDir}` }];
  }
  const { definitions, failures } = await readAll(servicesDir);
  const good: DoctorCheck = { name, result: "ok", message: `${definitions.length} in ${servicesDir}` };
  return [
    good,
    ...failures.map(({ error }) => ({ name, result: "warn" as const, message: error.message, remedy: error.hint })),
  ];
}

async function serverChecks(bus: OperatorBus, nowMs: number): Promise<DoctorCheck[]> {
  const { versionWarning } = await import("../../bus/connection/server-version.ts");
  const facts = await bus.facts();
  return [
    ...checkServer(facts, versionWarning(facts.version)),
    ...(bus.reportsOnly ? [] : [checkPayload(facts)]),
    ...checkClock(facts, nowMs),
  ];
}

async function streamChecks(context: CliContext, choice: SettingsChoice): Promise<DoctorCheck[]> {
  const report = await context.provisionBus(choice, { replicas: 1, create: false });
  return [...checkStreams(report), ...checkForeign(report), ...checkDurability(report)];
}

async function desiredChecks(bus: OperatorBus, { trust }: CliSettings): Promise<DoctorCheck[]> {
  return bus.reportsOnly ? [] : checkDesired(await bus.readDesiredBucket(), hasKeys(trust));
}

async function nodeChecks(bus: OperatorBus, nowMs: number): Promise<DoctorCheck[]> {
  const [presence, records] = await Promise.all([bus.listPresence(), bus.listNodes()]);
  const online = presence.filter((one) => livenessOf(one.value.node, one).liveness === "online");
  const known = records.map(({ node }) => node);
  return [...checkNodes(readNodeLiveness(presence, known)), ...online.flatMap((one) => checkPresence(one, nowMs))];
}
