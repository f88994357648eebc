/**
 * A throw-away system user that runs rootless podman, for `mcp dev` (and the tests) when started as root.
 * Only users that carry our mark are ever reused or removed; an account of the same name without it is an error.
 * No shell, no password; its subordinate ids, home and runtime directory go with it.
 */
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { McpError } from "../../values/error.ts";
import { openTun } from "./podman-probe.ts";
import { writePodmanSettings } from "./podman-settings.ts";
import { chooseStart, type IdRange, ownsId, parseRanges, SUBORDINATE_COUNT } from "./subordinate-ids.ts";
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

export interface RootlessUserOptions {
  /** Registries (`host:port`) that speak plain HTTP. */
  readonly plainHttpRegistries?: readonly string[];
}

type Account = Omit<RootlessUser, "env">;

const MARK = "mcp throw-away user";
const USER_NAME = /^mcp-[a-z0-9-]{1,24}$/;
const USER_TOOLS = "/usr/sbin";
const run = promisify(execFile);

/**
 * Creates the user if it is missing, its subordinate ids, runtime directory and podman settings, and opens /dev/net/tun.
 * `name` must begin with `mcp-`. Throws E_REFUSED when not root, or when an account of this name is not ours.
 */
export async function ensureRootlessUser(name: string, options: RootlessUserOptions = {}): Promise<RootlessUser> {
  assertOurs(name);
  if ((await findAccount(name)) === undefined) {
    const place = ["--create-home", "--home-dir", homeOf(name), "--shell", "/usr/sbin/nologin", "--comment", MARK];
    await run(join(USER_TOOLS, "useradd"), ["--system", "--user-group", ...place, name]);
  }
  const account = await findAccount(name);
  if (account === undefined) throw new McpError("E_UNSUPPORTED", `user ${name} was created, but /etc/passwd lacks it`);
  await ensureSubordinateIds(account);
  await ensureRuntimeDir(account);
  await openTun();
  const settings = await writePodmanSettings({
    settingsDir: join(stateOf(name), "settings"),
    runtimeDir: account.runtimeDir,
    graphRoot: join(account.home, "storage"),
    ...options,
  });
  const env = { ...settings, HOME: account.home, USER: name, LOGNAME: name, LANG: "C.UTF-8" };
  return { ...account, env };
}

/** Kills whatever runs as this user, its containers included, and empties home and runtime directory; the user stays. */
export async function clearRootlessUser(name: string): Promise<void> {
  assertOurs(name);
  const account = await findAccount(name);
  if (account === undefined) return;
  await stopProcesses(account);
  await Promise.all([account.home, stateOf(name)].map((dir) => rm(dir, { recursive: true, force: true })));
  await mkdir(account.home, { mode: 0o700 });
  await chown(account.home, account.uid, account.gid);
}

/** Removes the user completely: processes, containers, files, subordinate ids, account. A missing user is no error. */
export async function removeRootlessUser(name: string): Promise<void> {
  assertOurs(name);
  const account = await findAccount(name);
  if (account === undefined) return;
  await stopProcesses(account);
  await Promise.all([account.home, stateOf(name)].map((dir) => rm(dir, { recursive: true, force: true })));
  await run(join(USER_TOOLS, "userdel"), ["--force", name]);
}

function homeOf(name: string): string {
  return join("/home", name); // not /var/lib: see PodmanPlace.graphRoot
}

/** Holds `settings` (root's, so that the user cannot redirect what root writes there) and `run` (the user's). */
function stateOf(name: string): string {
  return join("/run/mcp-user", name);
}

function assertOurs(name: string): void {
  if (!USER_NAME.test(name)) throw new McpError("E_USAGE", `"${name}" cannot be a throw-away user: want mcp-<name>`);
  if (process.getuid?.() !== 0) throw new McpError("E_REFUSED", `user ${name} cannot be managed: this needs root`);
}

/** The account from /etc/passwd. Throws E_REFUSED when it exists without our mark, or lives elsewhere than we put it. */
async function findAccount(name: string): Promise<Account | undefined> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n");
  const [, , uid, gid, comment, home] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
  if (uid === undefined || gid === undefined || home === undefined) return undefined;
  if (comment !== MARK || home !== homeOf(name)) {
    const hint = `choose another name, or remove that account yourself: userdel ${name}`;
    throw new McpError("E_REFUSED", `user ${name} exists and was not made by mcp`, { hint });
  }
  return { name, uid: Number(uid), gid: Number(gid), home, runtimeDir: join(stateOf(name), "run") };
}

async function subordinateIds(): Promise<IdRange[]> {
  const files = await Promise.all(["/etc/subuid", "/etc/subgid"].map((file) => readFile(file, "utf8")));
  return files.flatMap(parseRanges);
}

async function ensureSubordinateIds({ name, uid }: Account): Promise<void> {
  const ranges = await subordinateIds();
  if (ranges.some(({ owner }) => owner === name)) return;
  const start = chooseStart(uid, ranges);
  const range = `${start}-${start + SUBORDINATE_COUNT - 1}`;
  await run(join(USER_TOOLS, "usermod"), ["--add-subuids", range, "--add-subgids", range, name]);
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
