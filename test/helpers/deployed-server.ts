/**
 * A nats-server run from a configuration of deploy/ as it is shipped: only addresses, paths and the public keys of users
 * replace those of the example. TLS is real, with the certificates of test/fixtures/tls.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Daemon, startDaemon } from "./daemon.ts";
import { endsWith, type Scope } from "./scope.ts";
import { toolPath } from "./tools.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
export const TLS = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));

export interface DeployedServerOptions {
  /** `cluster` of deploy/cluster */
  readonly example: string;
  /** The file to start with, of that directory. */
  readonly config: string;
  /** Where copies and store lie. */
  readonly dir: string;
  readonly version?: "newest" | "2.10";
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts of the example and what stands for them here; each must occur. */
  readonly replace: Readonly<Record<string, string>>;
}

export interface DeployedServer {
  readonly pid: number;
  output(): string;
  start(): Promise<void>;
  kill9(): Promise<void>;
}

/** Copies the example with its replacements; `start` runs it. Ends with the scope. */
export async function deployedServer(scope: Scope, options: DeployedServerOptions): Promise<DeployedServer> {
  const { dir, example, config, replace } = options;
  await mkdir(dir, { recursive: true });
  await copyExample(join(DEPLOY, example), dir, { ...replace, "/etc/nats/": TLS, "/var/lib/nats": join(dir, "store") });
  const command = await toolPath(options.version === "2.10" ? "nats-server-2.10" : "nats-server");
  const running: { process?: Daemon } = {};
  const kill9 = async () => {
    running.process?.signal("SIGKILL");
    await running.process?.ended;
  };
  endsWith(scope, kill9, () => running.process?.signal("SIGKILL"));
  return {
    get pid() {
      return running.process?.pid ?? -1;
    },
    output: () => running.process?.output() ?? "",
    start: async () => {
      const args = ["-c", join(dir, config)];
      running.process = await startDaemon({
        command,
        args,
        env: { ...process.env, ...options.env },
        ready: /Server is ready/,
      });
    },
    kill9,
  };
}

async function copyExample(from: string, to: string, replace: Readonly<Record<string, string>>): Promise<void> {
  const names = (await readdir(from)).filter((name) => name.endsWith(".conf"));
  const texts = await Promise.all(names.map((name) => readFile(join(from, name), "utf8")));
  for (const wanted of Object.keys(replace)) {
    if (!texts.some((text) => text.includes(wanted))) throw new Error(`no configuration in ${from} holds "${wanted}"`);
  }
  for (const [index, name] of names.entries()) {
    const text = Object.entries(replace).reduce((sum, [a, b]) => sum.replaceAll(a, b), texts[index] ?? "");
    await writeFile(join(to, name), text);
  }
}
