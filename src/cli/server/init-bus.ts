/**
 * Makes a new bus on paper: its identity, the first operator, the server's directory, the login exchange's, and the
 * settings of this workstation. Nothing is connected to, and nothing that is there already is touched.
 */
import { readdir } from "node:fs/promises";
import { McpError } from "../../schemas/error.ts";
import type { IdentityServerFile } from "../../schemas/identity-file.ts";
import type { BusInitOutput } from "../../schemas/json-bus-output.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { createIdentityDir, type IdentityDir, openIdentityDir } from "../identity/identity-dir.ts";
import { serverFile } from "../identity/identity-documents.ts";
import { type GivenFiles, ownAuthority, readGiven } from "./certificates.ts";
import { readIfThere } from "./put-file.ts";
import { clientUrls } from "./render-servers.ts";
import { writeExchange } from "./write-exchange.ts";
import { writeServers } from "./write-servers.ts";
import { workstationPaths, writeWorkstation } from "./write-workstation.ts";

export interface InitBus {
  readonly identityPath: string;
  readonly settingsPath: string;
  /** Directories to be made. */
  readonly out: string;
  readonly auth: string;
  /** Name of the first operator. */
  readonly operator: string;
  readonly file: IdentityServerFile;
  readonly given?: GivenFiles;
  readonly now: Date;
}

/** @throws McpError E_CONFLICT when anything of it is there already, E_CONFIG for files given that do not fit, E_FILE */
export async function initBus(options: InitBus): Promise<BusInitOutput> {
  const { identityPath, settingsPath, out, auth, operator, file, now } = options;
  await demandFree(options);
  const hosts = file.servers.flatMap((server) => server.hosts);
  const given = options.given === undefined ? undefined : await readGiven(options.given, hosts);
  const made = await createIdentityDir(identityPath, { servers: clientUrls(file) });
  const ca = given === undefined ? (await ownAuthority(identityPath, now)).certificate : given.ca;
  if (ca !== undefined) await made.changeBus({ ...made.bus, ca });
  await serverFile(identityPath).change(() => file);
  const identity = await openIdentityDir(identityPath);
  const creds = await firstOperator(identity, operator, now);
  const files = await writeServers({ identity, file, out, now, ...(given && { given }) });
  const workstation = await writeWorkstation({ identity, settingsPath, operator, creds });
  return {
    identity: identityPath,
    server: out,
    auth,
    servers: identity.bus.servers,
    operator: { name: operator, creds: workstationPaths(settingsPath, operator).creds },
    settings: { path: settingsPath, written: workstation.isWritten, lines: workstation.settings },
    files: [...files, ...workstation.written, ...(await writeExchange(auth, identity))],
  };
}

/** Credentials for everything and for good: they are what is left when the login is down. Returns the file's text. */
async function firstOperator(identity: IdentityDir, name: string, now: Date): Promise<string> {
  const scope = { name, role: "admin", nodes: ["*"], services: ["*"] } as const;
  const { publicKey, creds } = newOperator(scope, identity.identity);
  await identity.changeOperators((old) => [...old, { ...scope, publicKey, issuedAt: now.toISOString() }]);
  return creds;
}

async function demandFree({ identityPath, settingsPath, out, auth, operator }: InitBus): Promise<void> {
  if ((await entries(identityPath)).length > 0) throw await standing(identityPath);
  for (const dir of [out, auth]) {
    if ((await entries(dir)).length > 0) throw taken(dir, "is not empty");
  }
  for (const path of Object.values(workstationPaths(settingsPath, operator))) {
    if ((await readIfThere(path)) !== undefined) throw taken(path, "exists");
  }
}

async function entries(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new McpError("E_FILE", `${dir}: cannot be read`, { cause: error });
  }
}

function taken(path: string, why: string): McpError {
  return new McpError("E_CONFLICT", `${path}: ${why}; nothing was written`, { hint: "move it away first" });
}

/** @throws McpError E_CONFIG when what is there is damaged */
async function standing(path: string): Promise<McpError> {
  const { bus, operators } = await openIdentityDir(path);
  const names = (await operators()).filter(({ removedAt }) => removedAt === undefined).map(({ name }) => name);
  return new McpError("E_CONFLICT", `${path}: holds the identity of ${bus.servers.join(", ")} already`, {
    hint: `its operators: ${names.join(", ") || "none"}; \`mcp bus config\` renders its server's directory again`,
  });
}
