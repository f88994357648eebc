/**
 * The example service of the trial set-up: an image that is made on this machine, from a static busybox and examples/hello,
 * and its definition with the node and a free port. So the first deploy needs no registry. `npm run quickstart` uses both.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { readTextIfThere } from "../../disk/read-text.ts";
import type { DevSite } from "./dev-site.ts";
import type { DevUser } from "./dev-user.ts";
import { findBusybox } from "./find-busybox.ts";
import { freePort } from "./free-port.ts";
import { packageRoot } from "./package-root.ts";

export const EXAMPLE_SERVICE = "hello";
/** As in examples/hello.toml. */
export const EXAMPLE_IMAGE = "localhost/mcp-hello:1.0";
const EXAMPLE_PORT = 18080;
const CHANGES = ['CMD ["/bin/busybox","sh","/bin/serve"]', "EXPOSE 8080"];

/**
 * Loads the image into the node's podman and writes services/hello.toml, each where it is missing.
 * @returns false if this machine has no static busybox for the image
 */
export async function prepareExample(site: DevSite, user: DevUser, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!(await hasImage(user))) {
    const busybox = await findBusybox(env);
    if (busybox === undefined) return false;
    await loadImage(busybox, user);
  }
  await writeDefinition(site);
  return true;
}

const spawnOptions = (user: DevUser) => ({ cwd: user.cwd, env: user.env, ...user.ids });

async function hasImage(user: DevUser): Promise<boolean> {
  return await promisify(execFile)("podman", ["image", "exists", EXAMPLE_IMAGE], spawnOptions(user)).then(
    () => true,
    () => false,
  );
}

/** Through a pipe: the node's user may have no access to our files. */
async function loadImage(busybox: string, user: DevUser): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "mcp-hello-"));
  try {
    await layOut(root, busybox);
    const tar = spawn("tar", ["--create", "--owner=0", "--group=0", "--directory", root, "."], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const changes = CHANGES.flatMap((change) => ["--change", change]);
    const podman = spawn("podman", ["import", "--quiet", ...changes, "-", EXAMPLE_IMAGE], {
      ...spawnOptions(user),
      stdio: ["pipe", "ignore", "pipe"],
    });
    const ends = [succeeded(tar, "tar"), succeeded(podman, "podman import")];
    // Podman may stop reading when it fails; its own message says why.
    await Promise.all([...ends, pipeline(tar.stdout, podman.stdin).catch(() => undefined)]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function layOut(root: string, busybox: string): Promise<void> {
  const example = join(await packageRoot(), "examples", "hello");
  await mkdir(join(root, "bin"));
  await copyFile(busybox, join(root, "bin", "busybox"));
  await copyFile(join(example, "serve"), join(root, "bin", "serve"));
  await cp(join(example, "www"), join(root, "www"), { recursive: true });
}

async function succeeded(child: ChildProcess, name: string): Promise<void> {
  const ended = once(child, "close");
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await ended;
  if (code !== 0) throw new Error(`${name} failed: ${said.trim().split("\n").at(-1) || `exit code ${code}`}`);
}

async function writeDefinition({ servicesDir, node }: DevSite): Promise<void> {
  const path = join(servicesDir, `${EXAMPLE_SERVICE}.toml`);
  if ((await readTextIfThere(path, "E_FILE")) !== undefined) return;
  const text = await readFile(join(await packageRoot(), "examples", `${EXAMPLE_SERVICE}.toml`), "utf8");
  const port = await freePort(EXAMPLE_PORT);
  const own = text.replaceAll(String(EXAMPLE_PORT), String(port)).replace(/^node = "[^"]*"/m, `node = "${node}"`);
  await writeFile(path, own, { mode: 0o600, flag: "wx" });
}
