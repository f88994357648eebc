/** Removes what a trial set-up has created: programs, containers, user and files. Can be repeated after a failure. */
import { execFile } from "node:child_process";
import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stateHome } from "../../disk/user-directories.ts";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import { openSeenStates } from "../change/seen-states.ts";
import { readSettings } from "../settings/read-settings.ts";
import { type DevUser, findDevUser, removeDevUser } from "./dev-user.ts";
import { endDevLeftovers } from "./leftovers.ts";
import { removeNodeContainers } from "./remove-containers.ts";
import type { Trial } from "./trial.ts";

export interface Removal {
  readonly env: NodeJS.ProcessEnv;
  /** Whether the directory holds this trial set-up. Without it, only a user that the directory owns is removed. */
  readonly isKnown: boolean;
}

/**
 * @returns whether there was anything to remove
 * @throws McpError E_REFUSED when the user belongs to another set-up, E_RUNTIME when podman keeps a container, E_FILE
 */
export async function removeTrial(trial: Trial, { env, isKnown }: Removal): Promise<boolean> {
  const user = isKnown ? await findDevUser(trial, env) : undefined;
  if (user !== undefined) await endDevLeftovers(trial.dir, user.dataDir);
  const isUserRemoved = await removeDevUser(trial).catch((error: unknown) => ifKnown(isKnown, error));
  if (user !== undefined && user.ids === undefined) await removeNodeContainers(trial.node, user.env);
  if (isKnown) await forgetSeenStates(trial, env);
  await removeFiles(trial.dir, user);
  await removeIfEmpty(dirname(trial.dir));
  return isKnown || isUserRemoved;
}

/** What this workstation saw of services on the trial's bus, and the directories for it if nothing else is in them. */
async function forgetSeenStates({ dir }: Trial, env: NodeJS.ProcessEnv): Promise<void> {
  const { HOME } = env; // variables of another bus must not count
  const settings = await readSettings({
    config: join(dir, "mcp.toml"),
    env: { ...(HOME && { HOME }) },
    cwd: dir,
  }).catch(
    () => undefined, // a damaged set-up can still be removed
  );
  if (settings?.bus === undefined) return;
  await openSeenStates(env, settings.bus.servers).forget();
  const state = join(stateHome(env), "mcp");
  await removeIfEmpty(join(state, "seen"));
  await removeIfEmpty(state);
}

async function removeIfEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch((error: unknown) => {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST", "EBUSY"].includes(errnoOf(error) ?? "")) throw fileError(directory, error);
  });
}

/** Without a set-up there is nothing to remove, so another set-up's user does not matter. */
function ifKnown(isKnown: boolean, error: unknown): false {
  if (isKnown) throw error;
  return false;
}

/** Files that containers wrote belong to subordinate ids: only their user's podman can remove those. */
async function removeFiles(dir: string, user: DevUser | undefined): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  } catch (error) {
    if (user === undefined || !["EACCES", "EPERM", "ENOTEMPTY"].includes(errnoOf(error) ?? ""))
      throw fileError(dir, error);
    await promisify(execFile)("podman", ["unshare", "rm", "-rf", dir], { env: user.env, cwd: "/" }).catch(
      (cause: unknown) => {
        throw fileError(dir, cause);
      },
    );
  }
}

const fileError = (dir: string, cause: unknown) =>
  new McpError("E_FILE", `${dir} cannot be removed`, { cause, hint: `podman unshare rm -rf ${dir}` });
