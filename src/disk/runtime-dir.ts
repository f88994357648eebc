/**
 * The directory for sockets and other running state of this process's user. Without a login session (`su -`, cron, ssh
 * without logind, a container) XDG_RUNTIME_DIR is not set; then podman uses the first usable directory of a fixed list.
 * This list is the same, so that podman and our programs agree.
 */
import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { McpError } from "../values/error.ts";

export interface RuntimeDirUser {
  readonly uid: number;
  /** Default: /run/user. Tests give another one. */
  readonly sessions?: string;
}

/**
 * The runtime directory: $XDG_RUNTIME_DIR, /run/user/<uid>, $TMPDIR/podman-run-<uid> or ~/rundir. The first that belongs to
 * the user and that nobody else can write to. A missing one is created with mode 0700, except the one in the variable.
 * @throws McpError E_UNSUPPORTED if none is usable
 */
export function runtimeDirectory(env: NodeJS.ProcessEnv, user: RuntimeDirUser = { uid: ownUid() }): string {
  const given = env["XDG_RUNTIME_DIR"];
  if (given && isAbsolute(given) && isOwn(given, user.uid, statSync)) return given;
  const candidates = fallbacks(env, user);
  const found = candidates.find((path) => isUsable(path, user.uid));
  if (found !== undefined) return found;
  throw new McpError("E_UNSUPPORTED", `no runtime directory: none of ${candidates.join(", ")} can be used`, {
    hint: "create a directory that only you can enter, and name it: export XDG_RUNTIME_DIR=/path",
  });
}

const ownUid = () => process.getuid?.() ?? 0;

function fallbacks(env: NodeJS.ProcessEnv, { uid, sessions = "/run/user" }: RuntimeDirUser): string[] {
  const { TMPDIR: tmp, HOME: home } = env;
  return [
    join(sessions, String(uid)),
    join(tmp || "/tmp", `podman-run-${uid}`),
    ...(home ? [join(resolved(home), "rundir")] : []),
  ];
}

/** Podman resolves the home directory as well. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Somebody else may have put a link or a directory into /tmp: only a directory of our own is safe. */
function isUsable(path: string, uid: number): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    return false; // no rights to create it, or something else is there
  }
  return isOwn(path, uid, lstatSync);
}

function isOwn(path: string, uid: number, factsOf: typeof statSync | typeof lstatSync): boolean {
  const facts = factsOf(path, { throwIfNoEntry: false });
  return facts?.isDirectory() === true && facts.uid === uid && (facts.mode & 0o722) === 0o700;
}
