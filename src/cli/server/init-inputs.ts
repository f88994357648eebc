/**
 * Checks the paths of `mcp bus init`: they must be free, or hold what an interrupted run of the same command wrote. Anything
 * else is left alone.
 */

import type { IdentityServerFile } from "../../schemas/settings/identity-file.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { type IdentityDir, openIdentityDir } from "../identity/identity-dir.ts";
import { serverFile } from "../identity/identity-documents.ts";
import { namesIn } from "../identity/names-in.ts";
import type { GivenFiles } from "./certificates.ts";
import { readIfThere } from "./put-file.ts";
import { clientUrls } from "./render-servers.ts";
import { workstationPaths } from "./write-workstation.ts";

export interface InitBus {
  readonly identityPath: string;
  readonly settingsPath: string;
  /** Directories to create. */
  readonly out: string;
  readonly auth: string;
  /** Name of the first operator. */
  readonly operator: string;
  readonly file: IdentityServerFile;
  readonly given?: GivenFiles;
  readonly now: Date;
}

/** True if an identity exists. @throws McpError E_CONFLICT if the path holds something else, E_CONFIG if it is damaged */
export async function isStarted(identityPath: string): Promise<boolean> {
  if ((await namesIn(identityPath)).length === 0) return false;
  try {
    await openIdentityDir(identityPath);
    return true;
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND"))
      throw taken(identityPath, "is not empty, and does not hold the identity of a bus");
    throw error;
  }
}

/** @throws McpError E_CONFLICT if one of the new bus's files exists */
export async function requireFree({ settingsPath, out, auth, operator }: InitBus): Promise<void> {
  for (const dir of [out, auth]) {
    if ((await namesIn(dir)).length > 0) throw taken(dir, "is not empty");
  }
  for (const path of Object.values(workstationPaths(settingsPath, operator))) {
    if ((await readIfThere(path)) !== undefined) throw taken(path, "exists");
  }
}

/** @throws McpError E_CONFLICT if the identity was created for another bus or operator */
export async function requireSame(options: InitBus): Promise<void> {
  const identity = await openIdentityDir(options.identityPath);
  const file = await serverFile(options.identityPath).read();
  const operators = await identity.operators();
  const isSameBus = file === undefined ? isAt(identity, options.file) : facts(file) === facts(options.file);
  const isSamePerson =
    operators.length === 0 || operators.some((one) => isInForce(one) && one.name === options.operator);
  if (!isSameBus || !isSamePerson) throw alreadyInitialized(identity, { file, operators });
  await requireOwnFiles(identity, options);
}

const isInForce = ({ removedAt }: { readonly removedAt?: string }) => removedAt === undefined;
const isAt = ({ bus }: IdentityDir, file: IdentityServerFile) => String(bus.servers) === String(clientUrls(file));

/** The facts that `mcp bus init` sets; `mcp bus config` may add others. */
const facts = ({ servers, configDir, dataDir, certificates }: IdentityServerFile) =>
  JSON.stringify([servers.map(({ name, hosts, port }) => [name, hosts, port]), configDir, dataDir, certificates]);

/** Files next to the settings with these names must have our content. @throws McpError E_CONFLICT */
async function requireOwnFiles({ bus, loginCreds }: IdentityDir, { settingsPath, operator }: InitBus): Promise<void> {
  const paths = workstationPaths(settingsPath, operator);
  const ours = [
    [paths.ca, bus.ca],
    [paths.login, await readIfThere(loginCreds)],
  ] as const;
  for (const [path, text] of ours) {
    const there = text === undefined ? undefined : await readIfThere(path);
    if (there !== undefined && there !== text) throw taken(path, "exists, and belongs to another bus");
  }
}

function taken(path: string, why: string): McpError {
  return new McpError("E_CONFLICT", `${path}: ${why}; nothing was written`, {
    hint: "move it away, or create the bus in a context of its own with `--context <name>`",
  });
}

interface ExistingBus {
  readonly file: IdentityServerFile | undefined;
  readonly operators: readonly { readonly name: string; readonly removedAt?: string }[];
}

function alreadyInitialized({ path, bus }: IdentityDir, { file, operators }: ExistingBus): McpError {
  const names = operators.filter(isInForce).map(({ name }) => name);
  const hosts = file?.servers.length === 1 ? file.servers[0]?.hosts.join(" ") : undefined;
  const again =
    hosts === undefined ? "" : `; to complete it, run \`mcp bus init ${hosts}\` with the options of the first time`;
  return new McpError("E_CONFLICT", `${path} already holds the identity of the bus ${bus.servers.join(", ")}`, {
    hint: `its operators: ${names.join(", ") || "none"}; \`mcp bus config\` renders its server configuration again${again}`,
  });
}
