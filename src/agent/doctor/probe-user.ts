/** Reads the facts for judge-user.ts: the account, its ids, the setuid helpers, systemd's view of the user. */
import { access, constants, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { runtimeDirectory } from "../../disk/runtime-dir.ts";
import type { HelperFacts, RuntimeDirFacts, UserFacts } from "./facts.ts";

/** Where distributions put helpers that users do not call. */
const HELPER_DIRS = ["/usr/libexec/podman", "/usr/lib/podman", "/usr/local/libexec/podman", "/usr/local/lib/podman"];
const SBIN = ["/usr/local/sbin", "/usr/sbin", "/sbin"];
const SETUID = 0o4000;

/** @throws McpError E_UNSUPPORTED without a usable runtime directory */
export async function probeUser(env: NodeJS.ProcessEnv): Promise<UserFacts> {
  const uid = process.getuid?.() ?? 0;
  const name = accountName(uid);
  const [subuid, subgid, newuidmap, newgidmap, systemd, lingers, runtimeDir] = await Promise.all([
    textOf("/etc/subuid"),
    textOf("/etc/subgid"),
    probeHelper("newuidmap", env),
    probeHelper("newgidmap", env),
    hasSystemd(),
    exists(join("/var/lib/systemd/linger", name)),
    probeRuntimeDir(uid, env),
  ]);
  return { name, uid, subuid, subgid, helpers: [newuidmap, newgidmap], systemd, lingers, runtimeDir };
}

/** On PATH, in the system's directories or in podman's own. */
export async function probeHelper(name: string, env: NodeJS.ProcessEnv): Promise<HelperFacts> {
  const dirs = [...(env["PATH"] ?? "").split(":").filter(Boolean), ...SBIN, ...HELPER_DIRS];
  for (const path of dirs.map((dir) => join(dir, name))) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { name, path, setuid: found.uid === 0 && (found.mode & SETUID) !== 0 };
  }
  return { name };
}

/** True where systemd is the first process. */
export const hasSystemd = () => exists("/run/systemd/system");

export async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

function accountName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid); // an id without an account, as in a container
  }
}

const textOf = (path: string) => readFile(path, "utf8").catch(() => "");

async function probeRuntimeDir(uid: number, env: NodeJS.ProcessEnv): Promise<RuntimeDirFacts> {
  const given = env["XDG_RUNTIME_DIR"] || undefined;
  const path = given ?? runtimeDirectory(env);
  const found = await stat(path).catch(() => undefined);
  return {
    ...(given === undefined ? {} : { given }),
    path,
    exists: found?.isDirectory() ?? false,
    owned: found?.uid === uid,
  };
}
