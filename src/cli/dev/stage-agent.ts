/**
 * Makes the agent's program readable for the node's user. When that user cannot enter the package's directory (root's home,
 * for example), the files that the agent needs are copied to the user's home; root owns the copies.
 */
import { existsSync } from "node:fs";
import { access, constants, cp, mkdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { McpError } from "../../values/error.ts";
import type { DevUser } from "./dev-user.ts";
import { packageRoot } from "./package-root.ts";

export interface StagedAgent {
  /** Node's own program. */
  readonly node: string;
  /** bin/mcp-agent */
  readonly program: string;
}

/** @throws McpError E_UNSUPPORTED when the agent has not been built. */
export async function stageAgent(user: DevUser): Promise<StagedAgent> {
  const root = await packageRoot();
  await access(join(root, "dist", "mcp-agent.js")).catch((cause: unknown) => {
    throw new McpError("E_UNSUPPORTED", `the agent is not built: ${root}/dist is missing`, {
      cause,
      hint: "npm run build",
    });
  });
  if (user.ids === undefined) return { node: process.execPath, program: join(root, "bin", "mcp-agent") };
  const node = (await isOpen(process.execPath)) ? process.execPath : await copyNode(user);
  if (await isOpen(join(root, "dist"))) return { node, program: join(root, "bin", "mcp-agent") };
  const target = join(dirname(user.dataDir), "app");
  await copyPackage(root, target);
  return { node, program: join(target, "bin", "mcp-agent") };
}

/** True when every user can enter all directories of the path and read its end. */
export async function isOpen(path: string): Promise<boolean> {
  for (let dir = path; dir !== dirname(dir); dir = dirname(dir)) {
    const { mode } = await stat(dir);
    const needed = dir === path ? constants.S_IROTH | constants.S_IXOTH : constants.S_IXOTH;
    if ((mode & needed) !== needed) return false;
  }
  return true;
}

async function copyNode(user: DevUser): Promise<string> {
  const target = join(dirname(user.dataDir), "node");
  await cp(process.execPath, target, { mode: constants.COPYFILE_FICLONE });
  return target;
}

/** Copies what the programs need at run time into `target`, readable for all users. */
export async function copyPackage(root: string, target: string): Promise<void> {
  await mkdir(join(target, "node_modules"), { recursive: true, mode: 0o755 });
  for (const name of ["package.json", "bin", "dist"]) {
    await cp(join(root, name), join(target, name), { recursive: true, force: true });
  }
  await copyNativePackages(root, target);
}

/** Copies what is not in the bundles into `target`/node_modules. */
export async function copyNativePackages(root: string, target: string): Promise<void> {
  for (const { name, path } of await nativePackages(root)) {
    await cp(path, join(target, "node_modules", name), { recursive: true, force: true, dereference: true });
  }
}

interface InstalledPackage {
  readonly name: string;
  readonly path: string;
}

/** libSQL is native, so it is not in the bundle; with all installed packages that it depends on. */
async function nativePackages(root: string): Promise<InstalledPackage[]> {
  const found = new Map<string, string>();
  const visit = (name: string, from: string) => {
    const require = createRequire(join(from, "package.json"));
    const manifest = findManifest(require, name);
    if (manifest === undefined || found.has(name)) return;
    found.set(name, dirname(manifest));
    const { dependencies = {}, optionalDependencies = {} } = require(manifest);
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, dirname(manifest));
  };
  visit("libsql", root);
  return [...found].map(([name, path]) => ({ name, path }));
}

/** Searches the directories that Node would: a package may hide its package.json from `require.resolve`. */
function findManifest(require: NodeJS.Require, name: string): string | undefined {
  const candidates = (require.resolve.paths(name) ?? []).map((base) => join(base, name, "package.json"));
  return candidates.find((path) => existsSync(path));
}
