/**
 * Makes a new bus on paper: its identity, the first operator, the server's directory, the login exchange's, and the
 * settings of this workstation. Nothing is connected to, and nothing that is there already is touched. The identity comes
 * first and in one step: what a run that was interrupted left undone, another makes from it.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
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
 * One at a time beside that identity: of two at once, the second finds what the first has made.
 * @throws McpError E_CONFLICT when anything of it is there already and not of this bus, E_CONFIG for files given that do
 *   not fit, E_FILE
 */
export async function initBus(options: InitBus): Promise<BusInitOutput> {
  const beside = dirname(options.identityPath);
  await mkdir(beside, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${beside}: cannot be made`, { cause });
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

/** With what it says of the authority and the servers. */
async function completeIdentity({ identityPath, file, now }: InitBus, givenCa?: string): Promise<IdentityDir> {
  const made = await openIdentityDir(identityPath);
  const ca = file.certificates === "own" ? (await ownAuthority(identityPath, now)).certificate : givenCa;
  if (ca !== undefined && made.bus.ca === undefined) await made.changeBus({ ...made.bus, ca });
  await serverFile(identityPath).change((old) => old ?? file);
  return await openIdentityDir(identityPath);
}

/** nats.conf is written last: where it is, the directory is complete, and `mcp bus config` is what renders it again. */
async function addServers(place: Parameters<typeof writeServers>[0]): Promise<FileResult[]> {
  const path = join(place.out, "nats.conf");
  if ((await readIfThere(path)) !== undefined) return [{ path, result: "unchanged" }];
  return await writeServers(place);
}
