/**
 * Stores what V8 compiled of a bundle during a deploy and a list on a real bus next to the bundle, so that a command compiles
 * almost nothing at its start. Without a nats-server they fail early and less code is stored: such a build works as well,
 * but its commands start some milliseconds later. The code is for the Node that builds; other versions ignore it.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findNatsServer } from "../src/cli/dev/find-nats-server.ts";
import { KEEP_CODE } from "./launcher.ts";

const DEFINITION = fileURLToPath(new URL("../examples/hello.toml", import.meta.url));
const TIMEOUT_MS = 30_000;
/** Nothing listens on port 1. */
const NO_BUS = "nats://127.0.0.1:1";

/**
 * @param bundle path of the CLI's bundle; its code is written to `<bundle>.deploy.code` and `<bundle>.list.code`
 * @param launcher path of the program
 */
export async function keepCode(bundle: string, launcher: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "mcp-build-"));
  const server = await startServer(dir);
  try {
    const env = { PATH: process.env["PATH"], HOME: dir, MCP_BUS_SERVERS: server?.url ?? NO_BUS };
    const kept = (...words: string[]) => runToEnd(["-e", KEEP_CODE, bundle, ...words], env);
    if (server !== undefined) await runToEnd([launcher, "bus", "provision"], env);
    await kept("deploy", "-f", DEFINITION, "--force"); // no node applies it
    await kept("list");
  } finally {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Its result does not matter. */
async function runToEnd(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await promisify(execFile)(process.execPath, [...args], { env, timeout: TIMEOUT_MS }).catch(() => undefined);
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function startServer(dir: string): Promise<Server | undefined> {
  const program = await findNatsServer(process.env).catch(() => undefined);
  if (program === undefined) return undefined;
  const args = ["--addr", "127.0.0.1", "--port", "-1", "--jetstream", "--store_dir", dir];
  const child = spawn(program.path, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 2 * TIMEOUT_MS });
  const ended = once(child, "exit");
  const url = await announced(child);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  if (url !== undefined) return { url, stop };
  await stop();
  return undefined;
}

/** The address that the server says it listens on; undefined when it exits before. */
async function announced(child: ChildProcess): Promise<string | undefined> {
  if (child.stderr === null) return undefined;
  let address: string | undefined;
  for await (const line of createInterface({ input: child.stderr })) {
    address = /client connections on (127\.0\.0\.1:\d+)/.exec(line)?.[1] ?? address;
    if (address !== undefined && line.includes("Server is ready")) break;
  }
  child.stderr.resume();
  return address === undefined ? undefined : `nats://${address}`;
}
