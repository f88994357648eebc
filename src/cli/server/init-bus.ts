/**
 * Writes the files of a new bus: its identity, the first operator, the directories of the server and of the login exchange,
 * and the settings of this workstation. It connects to nothing and changes no existing file. The identity is created first,
 * in one step; a repeated run completes the rest from it.
 */
import { dirname, join } from "node:path";
import { createPrivateDirectory } from "../../disk/atomic-file.ts";
import type { BusInitOutput, FileResult } from "../../schemas/output/bus-output.ts";
import { McpError } from "../../values/error.ts";
import { createIdentityDir, type IdentityDir, openIdentityDir } from "../identity/identity-dir.ts";
import { serverFile } from "../identity/identity-documents.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { ownAuthority, readGiven } from "./certificates.ts";
import { firstOperator } from "./first-operator.ts";
import { type InitBus, isStarted, requireFree, requireSame } from "./init-inputs.ts";
import { readIfThere } from "./put-file.ts";
import { clientUrls } from "./render-servers.ts";
import { writeExchange } from "./write-exchange.ts";
import { writeServers } from "./write-servers.ts";
import { workstationPaths, writeWorkstation } from "./write-workstation.ts";

/**
 * Holds a lock next to the identity: if two run at once, the second finds the files of the first.
 * @throws McpError E_CONFLICT if one of the files exists and is for another bus, E_CONFIG if the given certificate files
 *   are not valid, E_FILE
 */
export async function initBus(options: InitBus): Promise<BusInitOutput> {
  const beside = dirname(options.identityPath);
  await createPrivateDirectory(beside).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${beside}: cannot be created`, { cause });
  });
  return await whileLocked(beside, () => makeBus(options));
}

async function makeBus(options: InitBus): Promise<BusInitOutput> {
  const { identityPath, settingsPath, out, auth, operator, file, now } = options;
  const resumed = await isStarted(identityPath);
  await (resumed ? requireSame(options) : requireFree(options));
  const hosts = file.servers.flatMap((server) => server.hosts);
  const given = options.given === undefined ? undefined : await readGiven(options.given, hosts);
  if (!resumed) await createIdentityDir(identityPath, { servers: clientUrls(file) });
  const identity = await completeIdentity(options, given?.ca);
  const creds = await firstOperator(identity, { name: operator, ...workstationPaths(settingsPath, operator), now });
  const servers = await addServers({ identity, file, out, now, ...(given && { given }) });
  const exchange = await writeExchange(auth, identity);
  const workstation = await writeWorkstation({ identity, settingsPath, operator });
  return {
    identity: identityPath,
    server: out,
    auth,
    servers: identity.bus.servers,
    operator: { name: operator, creds: creds.path },
    settings: { path: settingsPath, written: workstation.isWritten, lines: workstation.settings },
    resumed,
    files: [creds, ...servers, ...exchange, ...workstation.written],
  };
}

/** Adds the authority and the servers to the identity. */
async function completeIdentity({ identityPath, file, now }: InitBus, givenCa?: string): Promise<IdentityDir> {
  const made = await openIdentityDir(identityPath);
  const ca = file.certificates === "own" ? (await ownAuthority(identityPath, now)).certificate : givenCa;
  if (ca !== undefined && made.bus.ca === undefined) await made.changeBus({ ...made.bus, ca });
  await serverFile(identityPath).change((old) => old ?? file);
  return await openIdentityDir(identityPath);
}

/** nats.conf is written last: if it exists, the directory is complete, and only `mcp bus config` renders it again. */
async function addServers(target: Parameters<typeof writeServers>[0]): Promise<FileResult[]> {
  const path = join(target.out, "nats.conf");
  if ((await readIfThere(path)) !== undefined) return [{ path, result: "unchanged" }];
  return await writeServers(target);
}
