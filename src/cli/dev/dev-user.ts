/**
 * The user of the trial node. The product is rootless: started by root, the node runs as a throw-away user; started by an
 * ordinary user, it runs as that user, with the podman they have.
 */
import { realpath } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { runtimeDirectory } from "../../disk/runtime-dir.ts";
import type { NodeName } from "../../values/names.ts";
import { openTun } from "./rootless/podman-probe.ts";
import { requireSubordinateIds } from "./rootless/require-subordinate-ids.ts";
import {
  ensureRootlessUser,
  findRootlessUser,
  type Ownership,
  type RootlessUser,
  removeRootlessUser,
} from "./rootless/rootless-user.ts";
import { knownNodes, type Trial } from "./trial.ts";

export interface DevUser {
  readonly name: string;
  /** Absent: the user who runs this. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The directory of the agent's files. */
  readonly dataDir: string;
}

const isRoot = () => process.getuid?.() === 0;

/** Registries on this machine that speak plain HTTP, as a local one for trying out does. */
const PLAIN_HTTP_REGISTRIES = ["127.0.0.1:5000", "localhost:5000"];

export function devUserName(node: NodeName): string {
  return `mcp-${node}`.slice(0, 28);
}

/**
 * The node's user, created where it is missing and root asks.
 * @throws McpError E_REFUSED when the user belongs to another set-up, E_UNSUPPORTED when the user cannot run containers
 */
export async function ensureDevUser(trial: Trial, env: NodeJS.ProcessEnv): Promise<DevUser> {
  if (isRoot()) {
    const options = { plainHttpRegistries: PLAIN_HTTP_REGISTRIES, ...(await ownershipOf(trial)) };
    return throwAway(await ensureRootlessUser(devUserName(trial.node), options));
  }
  await requireSubordinateIds(userInfo());
  await openTun();
  return ordinary(trial, env);
}

/** The node's user as it is; undefined when it was never created. Creates nothing. @throws McpError E_REFUSED */
export async function findDevUser(trial: Trial, env: NodeJS.ProcessEnv): Promise<DevUser | undefined> {
  if (!isRoot()) return ordinary(trial, env);
  const user = await findRootlessUser(devUserName(trial.node), await ownershipOf(trial));
  return user === undefined ? undefined : throwAway(user);
}

/**
 * Removes root's throw-away user with all its containers; an ordinary user is never removed.
 * @returns whether there was one to remove. @throws McpError E_REFUSED when it belongs to another set-up
 */
export async function removeDevUser(trial: Trial): Promise<boolean> {
  if (!isRoot()) return false;
  return await removeRootlessUser(devUserName(trial.node), await ownershipOf(trial));
}

/** For a question: who loses their containers. */
export const userNameOf = ({ node }: Trial) => (isRoot() ? devUserName(node) : userInfo().username);

/** A user of version 0.1.0 has no owner: it is ours when this directory knows the node. */
async function ownershipOf({ dir, node }: Trial): Promise<Required<Ownership>> {
  const owner = await realpath(dir).catch(() => dir);
  return { owner, ownsUnmarked: (await knownNodes(dir)).includes(node) };
}

function throwAway({ name, uid, gid, home, env }: RootlessUser): DevUser {
  return { name, ids: { uid, gid }, cwd: home, env, dataDir: join(home, "agent") };
}

/** Podman and the agent use the same runtime directory, with and without a login session. */
function ordinary({ dir }: Trial, env: NodeJS.ProcessEnv): DevUser {
  const own = { ...env, XDG_RUNTIME_DIR: runtimeDirectory(env) };
  return { name: userInfo().username, cwd: dir, env: own, dataDir: join(dir, "agent") };
}
