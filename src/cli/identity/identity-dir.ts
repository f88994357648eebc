/**
 * The directory with the keys of a bus, on the workstation that enrolls: `--identity`, else `MCP_IDENTITY`, else `identity`
 * next to mcp.toml. It gives full control over the bus. Servers and nodes never need it.
 *
 * keys/<name>.nk · nodes/, consumers/, viewers/<name>.nk · nodes/<name>.bridge.creds · operators.json · revoked.json · bus.json · enrol.creds · login.creds
 */
import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { syncReadableDirectory, writeOnce } from "../../disk/atomic-file.ts";
import { ensurePrivateDirectory, requirePrivate } from "../../disk/private-path.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import type { IdentityBusFile, OperatorRecord, OperatorsFile } from "../../schemas/settings/identity-file.ts";
import type { Environment } from "../../toml/read-layers.ts";
import { type BusIdentity, createBusIdentity, enrollCreds, loginCreds } from "../../trust/bus-identity.ts";
import type { KeyPair } from "../../trust/keys.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { readBridgeCreds, removeBridgeCreds, writeBridgeCreds } from "./bridge-file.ts";
import { busFile, operatorsFile, revokedFile } from "./identity-documents.ts";
import {
  type AccountKind,
  accountKey,
  accountNames,
  readIdentityKeys,
  retireAccountKey,
  retiredAccounts,
  writeIdentityKeys,
} from "./identity-keys.ts";

export interface IdentityDir {
  readonly path: string;
  /** Reading a key whose file is missing throws E_CONFIG. */
  readonly identity: BusIdentity;
  readonly bus: IdentityBusFile;
  /** Path of the credentials that may push accounts. */
  readonly enrollCreds: string;
  /** Path of the credentials for logging in, the same for everyone. */
  readonly loginCreds: string;
  /** @throws McpError E_NOT_FOUND if it is missing and `create` is not set */
  accountKey(kind: AccountKind, name: string, options?: { readonly create?: boolean }): Promise<KeyPair>;
  /** The names that have an account key. */
  accountNames(kind: AccountKind): Promise<readonly string[]>;
  /** Text of the credentials with which a site's leaf server carries the node's messages. */
  bridgeCreds(node: string): Promise<string | undefined>;
  keepBridgeCreds(node: string, creds: string): Promise<void>;
  /** Moves the key of a closed account aside. */
  retireAccountKey(kind: AccountKind, name: string, at: Date): Promise<void>;
  /** The public keys of closed accounts that had this name. */
  retiredAccounts(kind: AccountKind, name: string): Promise<readonly string[]>;
  operators(): Promise<readonly OperatorRecord[]>;
  /** Reads, changes and writes them under the lock; returns what was written. */
  changeOperators(
    change: (old: readonly OperatorRecord[]) => readonly OperatorRecord[] | Promise<readonly OperatorRecord[]>,
  ): Promise<readonly OperatorRecord[]>;
  /** The last list of removed operators that was signed. */
  revoked(): Promise<RevocationList | undefined>;
  /** As changeOperators. */
  changeRevoked(
    change: (old: RevocationList | undefined) => RevocationList | Promise<RevocationList>,
  ): Promise<RevocationList>;
  changeBus(bus: IdentityBusFile): Promise<void>;
}

export interface IdentityOptions {
  /** `--identity` */
  readonly identity?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  /** Path of mcp.toml; the file may be missing. */
  readonly settingsPath: string;
}

/** Path of the identity directory; it may be missing. */
export function identityPath({ identity, env, cwd, settingsPath }: IdentityOptions): string {
  const given = identity ?? (env["MCP_IDENTITY"] || undefined);
  return given === undefined ? join(dirname(settingsPath), "identity") : resolve(cwd, given);
}

/**
 * Creates the directory with the keys of a new bus, whole or not at all.
 * @throws McpError E_CONFLICT if the path is taken, E_FILE
 */
export async function createIdentityDir(path: string, bus: Omit<IdentityBusFile, "version">): Promise<IdentityDir> {
  const staged = `${path}.${randomUUID()}.tmp`;
  try {
    await writeIdentity(staged, { version: 1, ...bus });
    await rename(staged, path); // fails if the directory exists and is not empty
  } catch (cause) {
    await rm(staged, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to report
    if (await isTaken(path)) {
      const hint = "see what is there, or name another directory with `--identity`";
      throw new McpError("E_CONFLICT", `${path}: exists, and an identity is never overwritten`, { hint });
    }
    if (cause instanceof McpError) throw cause;
    throw new McpError("E_FILE", `${path}: cannot be created`, { cause });
  }
  await syncReadableDirectory(dirname(path)); // or a power cut would take every key of the bus
  await sweepStaged(path);
  return await openIdentityDir(path);
}

/** Also true if another process has just created it. */
async function isTaken(path: string): Promise<boolean> {
  const entries = await readdir(path).catch(() => []); // the earlier failure says why
  return entries.length > 0;
}

/** Removes what killed runs left. A run that is still working has lost already: the path is taken. */
async function sweepStaged(path: string): Promise<void> {
  const isStaged = (name: string) => name.startsWith(`${basename(path)}.`) && /\.[0-9a-f-]{36}\.tmp$/.test(name);
  const names = (await readdir(dirname(path))).filter(isStaged);
  await Promise.all(names.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })));
}

async function writeIdentity(path: string, bus: IdentityBusFile): Promise<void> {
  const identity = createBusIdentity();
  await ensurePrivateDirectory(path);
  await writeIdentityKeys(path, identity);
  await writeOnce(join(path, "enrol.creds"), enrollCreds(identity));
  await writeOnce(join(path, "login.creds"), loginCreds(identity));
  await writeOnce(join(path, "bus.json"), `${JSON.stringify(bus, undefined, 2)}\n`);
}

/** @throws McpError E_NOT_FOUND if it is missing, E_CONFIG if a file is damaged or others may access the directory */
export async function openIdentityDir(path: string): Promise<IdentityDir> {
  await requirePrivate(path).catch((error: unknown) => {
    throw hasCode(error, "E_NOT_FOUND") ? noIdentity(path) : error;
  });
  const bus = await busFile(path).read();
  if (bus === undefined) throw noIdentity(path);
  const [operators, revoked] = [operatorsFile(path), revokedFile(path)];
  return {
    path,
    identity: await readIdentityKeys(path),
    bus,
    enrollCreds: join(path, "enrol.creds"),
    loginCreds: join(path, "login.creds"),
    accountKey: (kind, name, { create = false } = {}) => accountKey(path, { kind, name }, create),
    accountNames: (kind) => accountNames(path, kind),
    bridgeCreds: (node) => readBridgeCreds(path, node),
    keepBridgeCreds: (node, creds) => writeBridgeCreds(path, node, creds),
    retireAccountKey: async (kind, name, at) => {
      if (kind === "node") await removeBridgeCreds(path, name);
      await retireAccountKey(path, { kind, name }, at);
    },
    retiredAccounts: (kind, name) => retiredAccounts(path, { kind, name }),
    operators: async () => (await operators.read())?.operators ?? [],
    changeOperators: async (change) => {
      const next = async (old?: OperatorsFile) => ({
        version: 1 as const,
        operators: await change(old?.operators ?? []),
      });
      return (await operators.change(next)).operators;
    },
    revoked: () => revoked.read(),
    changeRevoked: (change) => revoked.change(change),
    changeBus: async (next) => void (await busFile(path).change(() => next)),
  };
}

function noIdentity(path: string): McpError {
  return new McpError("E_NOT_FOUND", `${path}: no identity of a bus`, {
    hint: "create one with `mcp bus init`, or name its directory with `--identity`",
  });
}
