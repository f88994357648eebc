/**
 * A throw-away system user that runs rootless podman, for `mcp dev` (and the tests) when started as root.
 * The comment field of the account carries our mark and the owner: the directory of one trial set-up. No account without
 * our mark, and none of another owner, is ever used or removed.
 * It has no shell and no password. Its subordinate ids, home and runtime directory are removed with it.
 */
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { McpError } from "../../../values/error.ts";
import { openTun } from "./podman-probe.ts";
import { podmanEnvironment, writePodmanSettings } from "./podman-settings.ts";
import { chooseStart, ownsId, parseRanges, SUBORDINATE_COUNT, type SubordinateRange } from "./subordinate-ids.ts";
import { killProcessesOf } from "./user-processes.ts";

/** Everything `spawn(command, args, { uid, gid, env, cwd: home })` needs to run something as this user. */
export interface RootlessUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly runtimeDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Ownership {
  /** The directory of the trial set-up that owns the user; absent for the users of the tests. */
  readonly owner?: string;
  /** True: a user without an owner, as version 0.1.0 made them, is ours too. */
  readonly ownsUnmarked?: boolean;
}

export interface RootlessUserOptions extends Ownership {
  /** Registries (`host:port`) that speak plain HTTP. */
  readonly plainHttpRegistries?: readonly string[];
}

interface Account extends Omit<RootlessUser, "env"> {
  readonly owner?: string;
}

const MARK = "mcp throw-away user";
const USER_NAME = /^mcp-[a-z0-9-]{1,24}$/;
const USER_TOOLS = "/usr/sbin";
const USERMOD = join(USER_TOOLS, "usermod");
const run = promisify(execFile);

/**
 * Creates the user if it is missing, its subordinate ids, runtime directory and podman settings, and opens /dev/net/tun.
 * `name` must begin with `mcp-`.
 * @throws McpError E_REFUSED when not root, or when an account of this name is not ours
 */
export async function ensureRootlessUser(name: string, options: RootlessUserOptions = {}): Promise<RootlessUser> {
  requireThrowAway(name);
  const { owner, ownsUnmarked, ...settings } = options;
  const old = await findOwnAccount(name, options);
  if (old === undefined) await createAccount(name, owner);
  else if (old.owner === undefined && owner !== undefined) await run(USERMOD, ["--comment", commentOf(owner), name]);
  const account = old ?? (await findOwnAccount(name, options));
  if (account === undefined) throw new McpError("E_UNSUPPORTED", `user ${name} was created, but /etc/passwd lacks it`);
  await ensureSubordinateIds(account);
  await ensureRuntimeDir(account);
  await openTun();
  await writePodmanSettings({ ...dirsOf(account), graphRoot: join(account.home, "storage"), ...settings });
  return rootlessUser(account);
}

/** The user as it is, without creating anything. @throws McpError E_REFUSED as ensureRootlessUser */
export async function findRootlessUser(name: string, ownership: Ownership): Promise<RootlessUser | undefined> {
  requireThrowAway(name);
  const account = await findOwnAccount(name, ownership);
  return account === undefined ? undefined : rootlessUser(account);
}

/** Kills all processes of this user, those of its containers included, and empties its directories; the user stays. */
export async function clearRootlessUser(name: string): Promise<void> {
  requireThrowAway(name);
  const account = await findOwnAccount(name, {});
  if (account === undefined) return;
  await removeBelongings(account);
  await mkdir(account.home, { mode: 0o700 });
  await chown(account.home, account.uid, account.gid);
}

/**
 * Removes the user completely: processes, containers, files, subordinate ids, account.
 * @returns false when there is no such user. @throws McpError E_REFUSED as ensureRootlessUser
 */
export async function removeRootlessUser(name: string, ownership: Ownership = {}): Promise<boolean> {
  requireThrowAway(name);
  const account = await findOwnAccount(name, ownership);
  if (account === undefined) return false;
  await removeBelongings(account);
  await run(join(USER_TOOLS, "userdel"), ["--force", name]);
  return true;
}

function rootlessUser(account: Account): RootlessUser {
  const { name, uid, gid, home, runtimeDir } = account;
  const env = { ...podmanEnvironment(dirsOf(account)), HOME: home, USER: name, LOGNAME: name, LANG: "C.UTF-8" };
  return { name, uid, gid, home, runtimeDir, env };
}

async function createAccount(name: string, owner: string | undefined): Promise<void> {
  const dirs = ["--create-home", "--home-dir", homeOf(name), "--shell", "/usr/sbin/nologin"];
  await run(join(USER_TOOLS, "useradd"), [...dirs, "--comment", commentOf(owner), "--system", "--user-group", name]);
}

async function removeBelongings(account: Account): Promise<void> {
  await stopProcesses(account);
  const dirs = [account.home, stateOf(account.name)];
  await Promise.all(dirs.map(removeDirectory));
}

/** What a container used may be busy for a moment after its end. @throws McpError E_FILE when it stays busy */
export async function removeDirectory(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 10 }).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${dir} cannot be removed`, { cause, hint: "repeat: mcp dev remove" });
  });
}

function homeOf(name: string): string {
  return join("/home", name); // not /var/lib: see PodmanSettings.graphRoot
}

/** Holds `settings` (root's, so that the user cannot redirect what root writes there) and `run` (the user's). */
function stateOf(name: string): string {
  return join("/run/mcp-user", name);
}

const dirsOf = ({ name, runtimeDir }: Account) => ({ settingsDir: join(stateOf(name), "settings"), runtimeDir });

/** /etc/passwd is a table of lines with colons. */
function commentOf(owner: string | undefined): string {
  return owner === undefined ? MARK : `${MARK} of ${owner.replaceAll(/[:\x00-\x1f]/g, "_")}`;
}

function requireThrowAway(name: string): void {
  if (!USER_NAME.test(name)) throw new McpError("E_USAGE", `"${name}" is not a valid throw-away user: mcp-<name>`);
  if (process.getuid?.() !== 0) throw new McpError("E_REFUSED", `only root can manage user ${name}`);
}

async function findOwnAccount(name: string, { owner, ownsUnmarked = false }: Ownership): Promise<Account | undefined> {
  const account = await findAccount(name);
  if (account === undefined) return undefined;
  const own = owner === undefined ? undefined : commentOf(owner).slice(MARK.length + " of ".length);
  if (account.owner === own || (account.owner === undefined && ownsUnmarked)) return account;
  const holder = account.owner === undefined ? "another trial set-up" : `the trial set-up in ${account.owner}`;
  throw new McpError("E_REFUSED", `user ${name} belongs to ${holder}`, { hint: otherOwnerHint(account) });
}

function otherOwnerHint({ name, owner }: Account): string {
  const node = name.replace("mcp-", "");
  const removal = owner?.endsWith("/mcp/dev")
    ? `XDG_DATA_HOME=${dirname(dirname(owner))} mcp dev remove --node ${node}`
    : `userdel --remove ${name}`;
  return `choose another name: mcp dev --node <name>; or remove the other set-up: ${removal}`;
}

/** The account from /etc/passwd. @throws McpError E_REFUSED when it has another comment or home than we give */
async function findAccount(name: string): Promise<Account | undefined> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n");
  const [, , uid, gid, comment, home] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
  if (uid === undefined || gid === undefined || comment === undefined) return undefined;
  const owner = comment.startsWith(`${MARK} of `) ? comment.slice(`${MARK} of `.length) : undefined;
  if ((owner === undefined && comment !== MARK) || home !== homeOf(name)) {
    const hint = `choose another name, or remove that account yourself: userdel ${name}`;
    throw new McpError("E_REFUSED", `user ${name} exists, and mcp did not create it`, { hint });
  }
  const account = { name, uid: Number(uid), gid: Number(gid), home, runtimeDir: join(stateOf(name), "run") };
  return owner === undefined ? account : { ...account, owner };
}

async function subordinateIds(): Promise<SubordinateRange[]> {
  const files = await Promise.all(["/etc/subuid", "/etc/subgid"].map((file) => readFile(file, "utf8")));
  return files.flatMap(parseRanges);
}

async function ensureSubordinateIds({ name, uid }: Account): Promise<void> {
  const ranges = await subordinateIds();
  if (ranges.some(({ owner }) => owner === name)) return;
  const start = chooseStart(uid, ranges);
  const range = `${start}-${start + SUBORDINATE_COUNT - 1}`;
  await run(USERMOD, ["--add-subuids", range, "--add-subgids", range, name]);
}

async function ensureRuntimeDir({ uid, gid, runtimeDir }: Account): Promise<void> {
  await mkdir(runtimeDir, { recursive: true });
  await chmod(runtimeDir, 0o700);
  await chown(runtimeDir, uid, gid);
}

async function stopProcesses({ name, uid }: Account): Promise<void> {
  const own = (await subordinateIds()).filter(({ owner }) => owner === name);
  await killProcessesOf((id) => ownsId(id, uid, own));
}
