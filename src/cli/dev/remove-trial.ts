/** Removes what a trial set-up has created: programs, containers, user and files. Can be repeated after a failure. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
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
  await removeFiles(trial.dir, user);
  return isKnown || isUserRemoved;
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
