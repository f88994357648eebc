/**
 * A local OCI registry over plain HTTP without a login: a free loopback port, a store of its own, deletion allowed.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { endsWith, type Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";
import { toolPath } from "./tools.ts";

export interface Registry {
  /** `127.0.0.1:port`, as it begins an image reference. */
  readonly address: string;
  /** What it logged, one line per request included. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the registry and waits until it listens. `port` fixes the port, for a registry that comes back. */
export async function startRegistry(scope?: Scope, port = 0): Promise<Registry> {
  const dir = await tempDir(scope);
  const configPath = join(dir, "registry.yml");
  await writeFile(configPath, configText(join(dir, "data"), port));
  const daemon = await startDaemon({
    command: await toolPath("registry"),
    args: ["serve", configPath],
    ready: /listening on 127\.0\.0\.1:(\d+)/,
    env: { PATH: process.env["PATH"], OTEL_TRACES_EXPORTER: "none" },
  });
  const stop = endsWith(
    scope,
    () => {
      daemon.signal("SIGKILL");
      return daemon.ended;
    },
    () => daemon.signal("SIGKILL"),
  );
  return { address: `127.0.0.1:${daemon.readyMatch[1]}`, output: daemon.output, stop };
}

function configText(rootDirectory: string, port: number): string {
  return JSON.stringify({
    version: "0.1",
    log: { level: "info" },
    storage: { filesystem: { rootdirectory: rootDirectory }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  });
}
