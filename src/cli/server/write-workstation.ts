/** Writes the files with which this workstation uses the new bus: credentials, the authority, and mcp.toml. */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ensurePrivateDirectory } from "../../disk/private-path.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { addSecret, readIfThere } from "./put-file.ts";

export interface WorkstationFiles {
  readonly written: readonly FileResult[];
  /** The lines of mcp.toml that lead to the bus. */
  readonly settings: string;
  /** True if mcp.toml has these lines now; false if another mcp.toml existed, which is not changed. */
  readonly isWritten: boolean;
}

/** Paths of the files next to the settings file. */
export function workstationPaths(settingsPath: string, operator: string) {
  const at = (name: string) => join(dirname(settingsPath), name);
  return { creds: at(`${operator}.creds`), ca: at("ca.pem"), login: at("login.creds") };
}

export interface Workstation {
  readonly identity: IdentityDir;
  readonly settingsPath: string;
  readonly operator: string;
}

/** Existing files are kept: they are the user's. @throws McpError E_FILE */
export async function writeWorkstation(workstation: Workstation): Promise<WorkstationFiles> {
  const { identity, settingsPath, operator } = workstation;
  const paths = workstationPaths(settingsPath, operator);
  await ensurePrivateDirectory(dirname(settingsPath));
  const texts = {
    [paths.login]: (await readIfThere(identity.loginCreds)) ?? "",
    ...(identity.bus.ca === undefined ? {} : { [paths.ca]: identity.bus.ca }),
  };
  const written: FileResult[] = [];
  for (const [path, text] of Object.entries(texts)) written.push(await addSecret(path, text));
  const settings = settingsLines(identity, paths);
  const existing = await readIfThere(settingsPath);
  const isWritten = existing === undefined || holdsLines(existing, settings);
  // The settings are written last, when every file that they name exists.
  if (isWritten) written.push(await addDirectory(join(dirname(settingsPath), "services")));
  if (isWritten) written.push(await addSecret(settingsPath, settings));
  return { settings, isWritten, written };
}

const holdsLines = (text: string, lines: string) => lines.split("\n").every((line) => text.split("\n").includes(line));

/** The directory of definitions, unless the settings name another one. */
async function addDirectory(path: string): Promise<FileResult> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${path}: cannot be created`, { cause });
  });
  return { path, result: first === undefined ? "unchanged" : "created" };
}

function settingsLines({ identity, bus }: IdentityDir, paths: ReturnType<typeof workstationPaths>): string {
  const beside = (path: string) => tomlValue(basename(path));
  return `[bus]
servers = ${tomlValue(bus.servers)}
creds = ${beside(paths.creds)}
${bus.ca === undefined ? "" : `ca = ${beside(paths.ca)}\n`}
[auth]
login_creds = ${beside(paths.login)}
exchange_key = ${tomlValue(identity["exchange-curve"].publicKey)}

[trust]
signers = ${tomlValue([identity["break-glass"].publicKey])}
exchange = ${tomlValue([identity.exchange.publicKey])}
`;
}
