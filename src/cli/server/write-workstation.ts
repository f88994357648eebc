/** What this workstation needs to command the bus that was just made: credentials, the authority, and mcp.toml. */
import { basename, dirname, join } from "node:path";
import type { FileResult } from "../../schemas/json-bus-output.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { ensurePrivateDirectory, writeSecret } from "../identity/secret-file.ts";
import { readIfThere } from "./put-file.ts";

export interface WorkstationFiles {
  readonly written: readonly FileResult[];
  /** The lines of mcp.toml that lead to the bus; in the file already, unless one was there before. */
  readonly settings: string;
  readonly isWritten: boolean;
}

/** Paths of what will be written beside the settings file. */
export function workstationPaths(settingsPath: string, operator: string) {
  const at = (name: string) => join(dirname(settingsPath), name);
  return { creds: at(`${operator}.creds`), ca: at("ca.pem"), login: at("login.creds") };
}

export interface Workstation {
  readonly identity: IdentityDir;
  readonly settingsPath: string;
  readonly operator: string;
  readonly creds: string;
}

/** Never over a file that is there: settings that stand are the user's. @throws McpError E_CONFLICT, E_FILE */
export async function writeWorkstation(workstation: Workstation): Promise<WorkstationFiles> {
  const { identity, settingsPath, operator, creds } = workstation;
  const paths = workstationPaths(settingsPath, operator);
  await ensurePrivateDirectory(dirname(settingsPath));
  const texts = {
    [paths.creds]: creds,
    [paths.login]: (await readIfThere(identity.loginCreds)) ?? "",
    ...(identity.bus.ca === undefined ? {} : { [paths.ca]: identity.bus.ca }),
  };
  for (const [path, text] of Object.entries(texts)) await writeSecret(path, text);
  const settings = settingsLines(identity, paths);
  const isWritten = (await readIfThere(settingsPath)) === undefined;
  if (isWritten) await writeSecret(settingsPath, settings);
  const created = [...Object.keys(texts), ...(isWritten ? [settingsPath] : [])];
  return { settings, isWritten, written: created.map((path) => ({ path, result: "created" })) };
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
