/**
 * The keys of an identity directory, one seed per file. A missing key is an error only when it is used, so keys that are
 * rarely needed can be kept elsewhere.
 */
import { link, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory, writeOnce } from "../../disk/atomic-file.ts";
import { ensurePrivateDirectory, readPrivateText } from "../../disk/private-path.ts";
import { type BusIdentity, IDENTITY_KEYS, type IdentityKeyName } from "../../trust/bus-identity.ts";
import { createKey, type KeyKind, type KeyPair, keyPairOf } from "../../trust/keys.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import { namesIn } from "./names-in.ts";

/** Folder of the account keys of each kind. */
export const ACCOUNT_FOLDERS = { node: "nodes", consumer: "consumers", viewer: "viewers" } as const;
export type AccountKind = keyof typeof ACCOUNT_FOLDERS;

const NAMES = Object.keys(IDENTITY_KEYS) as IdentityKeyName[];

const keyPath = (dir: string, name: IdentityKeyName) => join(dir, "keys", `${name}.nk`);

/** Writes every key of a new bus. @throws McpError E_CONFLICT if one exists */
export async function writeIdentityKeys(dir: string, identity: BusIdentity): Promise<void> {
  await ensurePrivateDirectory(join(dir, "keys"));
  for (const name of NAMES) await writeOnce(keyPath(dir, name), `${identity[name].seed}\n`);
}

/**
 * The keys of the directory. Reading a missing key throws E_CONFIG with the path where it belongs.
 * @throws McpError E_CONFIG if others may access a file, or it holds no key of its kind
 */
export async function readIdentityKeys(dir: string): Promise<BusIdentity> {
  const identity = {};
  for (const name of NAMES) {
    const path = keyPath(dir, name);
    const pair = await readKey(path, IDENTITY_KEYS[name]);
    Object.defineProperty(identity, name, { enumerable: true, get: () => pair ?? missing(path) });
  }
  return identity as BusIdentity;
}

/**
 * The key of the account of a node, consumer or viewer.
 * @param create creates the key if it is missing
 * @throws McpError E_NOT_FOUND if it is missing, E_CONFIG as `readIdentityKeys`
 */
export async function accountKey(dir: string, account: AccountName, create: boolean): Promise<KeyPair> {
  const folder = join(dir, ACCOUNT_FOLDERS[account.kind]);
  const path = join(folder, `${account.name}.nk`);
  const found = await readKey(path, "account");
  if (found !== undefined) return found;
  if (!create) {
    throw new McpError("E_NOT_FOUND", `${path}: ${account.kind} "${account.name}" has no key here`, {
      hint: "name the identity directory in which it was added with `--identity`",
    });
  }
  await ensurePrivateDirectory(folder);
  const made = createKey("account");
  await writeOnce(path, `${made.seed}\n`);
  return made;
}

/** The names that have a key here, sorted. */
export async function accountNames(dir: string, kind: AccountKind): Promise<string[]> {
  const names = await namesIn(join(dir, ACCOUNT_FOLDERS[kind]));
  return names.flatMap((name) => /^([a-z0-9-]+)\.nk$/.exec(name)?.[1] ?? []).sort();
}

/**
 * Moves the key of a closed account to `removed/<name>.<time>.nk`, so that the name gets a new key when it is added again.
 * Does nothing if there is no key.
 */
export async function retireAccountKey(dir: string, { kind, name }: AccountName, at: Date): Promise<void> {
  const folder = join(dir, ACCOUNT_FOLDERS[kind]);
  if (!(await accountNames(dir, kind)).includes(name)) return;
  const aside = join(folder, "removed");
  await ensurePrivateDirectory(aside);
  const stamp = at.toISOString().replaceAll(/[:.]/g, "-");
  const path = join(folder, `${name}.nk`);
  await link(path, join(aside, `${name}.${stamp}.nk`)); // a rename may leave neither name after a power cut
  await syncDirectory(aside);
  await rm(path);
  await syncDirectory(folder);
}

/** The public keys of closed accounts that had this name. @throws McpError E_CONFIG as `readIdentityKeys` */
export async function retiredAccounts(dir: string, { kind, name }: AccountName): Promise<string[]> {
  const folder = join(dir, ACCOUNT_FOLDERS[kind], "removed");
  const files = await namesIn(folder);
  const own = files.filter((file) => file.startsWith(`${name}.`) && file.endsWith(".nk"));
  const keys = await Promise.all(own.map((file) => readKey(join(folder, file), "account")));
  return keys.flatMap((key) => key?.publicKey ?? []);
}

export interface AccountName {
  readonly kind: AccountKind;
  readonly name: string;
}

async function readKey(path: string, kind: KeyKind): Promise<KeyPair | undefined> {
  try {
    return keyPairOf((await readPrivateText(path)).trim(), kind);
  } catch (cause) {
    if (hasCode(cause, "E_NOT_FOUND")) return undefined;
    if (cause instanceof McpError && cause.message.startsWith(path)) throw cause;
    throw new McpError("E_CONFIG", `${path}: ${messageOf(cause)}`, { cause, hint: "put the file back from a backup" });
  }
}

function missing(path: string): never {
  throw new McpError("E_CONFIG", `${path}: the key is missing, and this command needs it`, {
    hint: "put the file back, at least for this command",
  });
}
