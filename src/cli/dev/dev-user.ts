/**
 * Who the trial node runs as: root's is a throw-away user, since the product is rootless; anybody else's is that user
 * with the podman he has.
 */
import { join } from "node:path";
import type { NodeName } from "../../values/names.ts";
import { openTun } from "./podman-probe.ts";
import { ensureRootlessUser, removeRootlessUser } from "./rootless-user.ts";

export interface DevUser {
  readonly name: string;
  /** Absent: the user who runs this. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the agent keeps its things. */
  readonly dataDir: string;
}

const isRoot = () => process.getuid?.() === 0;

/** Registries on this machine that speak plain HTTP, as a local one for trying out does. */
const PLAIN_HTTP_REGISTRIES = ["127.0.0.1:5000", "localhost:5000"];

export function devUserName(node: NodeName): string {
  return `mcp-${node}`.slice(0, 28);
}

/** Where the agent of an ordinary user keeps its things. */
export const ownDataDir = (dir: string) => join(dir, "agent");

/** @throws McpError E_REFUSED, E_UNSUPPORTED */
export async function ensureDevUser(node: NodeName, dir: string, env: NodeJS.ProcessEnv): Promise<DevUser> {
  if (!isRoot()) {
    await openTun();
    return { name: env["USER"] ?? "you", cwd: dir, env, dataDir: ownDataDir(dir) };
  }
  const user = await ensureRootlessUser(devUserName(node), { plainHttpRegistries: PLAIN_HTTP_REGISTRIES });
  const { uid, gid, home } = user;
  return { name: user.name, ids: { uid, gid }, cwd: home, env: user.env, dataDir: join(home, "agent") };
}

/** Removes root's throw-away user with all its containers; for anybody else there is no such user. */
export async function removeDevUser(node: NodeName): Promise<boolean> {
  if (!isRoot()) return false;
  await removeRootlessUser(devUserName(node));
  return true;
}
