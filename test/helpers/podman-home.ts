/**
 * Where one podman node of the tests lives: its user, directories, environment, and how all of it is cleared away.
 * A throw-away user is held by one test process at a time; the kernel drops the hold when the process ends, however it ends.
 */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { writePodmanSettings } from "../../src/cli/dev/rootless/podman-settings.ts";
import { clearRootlessUser, ensureRootlessUser } from "../../src/cli/dev/rootless/rootless-user.ts";
import { messageOf } from "../../src/values/error.ts";
import { trySignal } from "./daemon.ts";
import { eventually } from "./eventually.ts";
import { tempDir } from "./temp-dir.ts";

export interface PodmanHome {
  /** For messages: the user's name, or the directory. */
  readonly name: string;
  /** `uid` and `gid` for spawn; empty when the test's own user runs podman. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** A directory of the node's own that its user can write to (its HOME). */
  readonly dir: string;
  /** XDG_RUNTIME_DIR. */
  readonly runtimeDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends everything that runs there and deletes what is stored. */
  clear(): Promise<void>;
}

const POOL = "mcp-test";
const POOL_SIZE = 64;

/** A throw-away user of the pool that no other process holds, emptied. Needs root. */
export async function throwAwayHome(plainHttpRegistries: readonly string[]): Promise<PodmanHome> {
  for (let number = 1; number <= POOL_SIZE; number++) {
    const name = `${POOL}-${number}`;
    const release = await hold(name);
    if (release === undefined) continue;
    await clearRootlessUser(name);
    const { uid, gid, home, runtimeDir, env } = await ensureRootlessUser(name, { plainHttpRegistries });
    const clear = async () => {
      await clearRootlessUser(name);
      release();
    };
    return { name, ids: { uid, gid }, dir: home, runtimeDir, env, clear };
  }
  throw new Error(`all ${POOL_SIZE} throw-away users ${POOL}-N are in use`);
}

/** Directories of a node's own for the user the tests run as. */
export async function ownHome(plainHttpRegistries: readonly string[]): Promise<PodmanHome> {
  const root = await tempDir(undefined);
  const [dir, runtimeDir, graphRoot] = [join(root, "home"), join(root, "run"), join(root, "storage")];
  for (const path of [dir, runtimeDir]) await mkdir(path, { mode: 0o700 });
  const place = { settingsDir: join(root, "settings"), runtimeDir, graphRoot, plainHttpRegistries };
  const env = { ...(await writePodmanSettings(place)), HOME: dir, LANG: "C.UTF-8" };
  const podman = (...args: string[]) => promisify(execFile)("podman", args, { env, cwd: dir });
  const clear = async () => {
    await removeContainers(podman);
    // Containers' files belong to subordinate ids; the directories of depth 1 are mount points in podman's namespace.
    await podman("unshare", "find", dir, graphRoot, "-mindepth", "2", "-delete");
    await endProcessesOf(runtimeDir);
    await rm(root, { recursive: true, force: true, maxRetries: 10 });
  };
  return { name: root, ids: {}, dir, runtimeDir, env, clear };
}

type Podman = (...args: string[]) => Promise<unknown>;

/** Tried again while podman is still cleaning up after containers that have just exited. */
async function removeContainers(podman: Podman): Promise<void> {
  const isDone = async () => {
    try {
      await podman("pod", "rm", "--all", "--force", "--time", "0");
      await podman("rm", "--all", "--force", "--depend", "--time", "0");
      return true;
    } catch (error) {
      if (/busy|dependent containers|no container with|state/.test(messageOf(error))) return false;
      throw error;
    }
  };
  await eventually(isDone, { what: "no container is left", timeoutMs: 20_000, intervalMs: 200 });
}

/** Takes the name for this process by an abstract socket; undefined when another one has it. Returns the release. */
async function hold(name: string): Promise<(() => void) | undefined> {
  const server = createServer();
  const taken = await new Promise<boolean>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    server.listen(`\0${name}`, () => resolve(true));
  });
  server.unref();
  return taken ? () => server.close() : undefined;
}

/** Podman leaves processes behind that keep its user namespace; their environment tells whose they are. */
async function endProcessesOf(runtimeDir: string): Promise<void> {
  for (const pid of (await readdir("/proc")).map(Number).filter((number) => number > 1)) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""); // another user's, or it ended
    if (environment.split("\0").includes(`XDG_RUNTIME_DIR=${runtimeDir}`)) trySignal(pid, "SIGKILL");
  }
}
