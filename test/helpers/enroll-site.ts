/**
 * A bus with an identity directory, as `mcp bus init` leaves it, on a real nats-server; and `mcp` typed in this process at
 * a workstation that has both.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { provision } from "../../src/bus/admin/provision.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import type { CliContext, SettingsChoice } from "../../src/cli/context/context.ts";
import { createIdentityDir, type IdentityDir, openIdentityDir } from "../../src/cli/identity/identity-dir.ts";
import { busSettings, openAccounts, openBus, provisionBus } from "../../src/cli/open-bus.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { readSettings } from "../../src/cli/settings/read-settings.ts";
import { renderServerTrust } from "../../src/nats-server/server-config.ts";
import { serverTrustOf } from "../../src/trust/bus-identity.ts";
import { newOperator } from "../../src/trust/new-operator.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats-server.ts";
import type { CliResult } from "./run-cli.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface EnrollSite {
  readonly server: NatsServer;
  readonly identity: IdentityDir;
  /** The workstation's directory: mcp.toml, the identity directory, and where commands run. */
  readonly dir: string;
  /** The server's lines that say whom it believes, with the trust of now. */
  readonly serverTrust: string;
  /** Runs a command; `config` is another settings file than the first operator's. */
  mcp(argv: readonly string[], options?: McpOptions): Promise<CliResult>;
  settings(creds: string): BusSettings;
}

export interface McpOptions {
  /** Another settings file than the first operator's. */
  readonly config?: string;
  /** Replaces ways of the process to its surroundings, as for failures. */
  readonly context?: Partial<CliContext>;
}

export async function startEnrollSite(scope: Scope, options: NatsServerOptions = {}): Promise<EnrollSite> {
  const dir = await tempDir(scope);
  const made = await createIdentityDir(join(dir, "identity"), { servers: ["nats://127.0.0.1:1"] });
  const serverTrust = renderServerTrust(serverTrustOf(made.identity), join(dir, "jwt"));
  const server = await startNatsServer(scope, { ...options, config: serverTrust });
  await made.changeBus({ version: 1, servers: [server.url] });
  const all = { nodes: ["*"], services: ["*"] };
  const creds = join(dir, "operator.creds");
  await writeFile(creds, newOperator({ name: "first", role: "admin", ...all }, made.identity).creds, { mode: 0o600 });
  const config = join(dir, "mcp.toml");
  await writeFile(config, `[bus]\nservers = ["${server.url}"]\ncreds = "operator.creds"\n`);
  await mkdir(join(dir, "services"));
  const settings = (path: string) => ({
    servers: [server.url],
    name: "test",
    creds: path,
    inboxPrefix: inboxOf(path),
  });
  await provision(settings(creds), { replicas: 1, create: true });
  return {
    server,
    identity: await openIdentityDir(made.path),
    dir,
    serverTrust,
    settings,
    mcp: (argv, { config: other = config, context = {} } = {}) => typed(argv, { dir, config: other, context }),
  };
}

interface Typed {
  readonly dir: string;
  readonly config: string;
  readonly context: Partial<CliContext>;
}

async function typed(argv: readonly string[], { dir: cwd, config: MCP_CONFIG, context }: Typed): Promise<CliResult> {
  const env = { HOME: cwd, MCP_CONFIG };
  const place = (choice: SettingsChoice) => ({ ...choice, env, cwd });
  const texts = { stdout: "", stderr: "" };
  const capture = (name: "stdout" | "stderr") =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          texts[name] += chunk.toString();
          done();
        },
      }),
      { isTTY: false },
    );
  const stdin = new PassThrough();
  stdin.end();
  const author = "alice@laptop";
  const all: CliContext = {
    env,
    stdin,
    stdout: capture("stdout"),
    stderr: capture("stderr"),
    colorDepth: 1,
    cwd,
    signal: new AbortController().signal,
    now: Date.now,
    author: () => author,
    settings: (choice) => readSettings(place(choice)),
    busSettings: (choice) => busSettings(place(choice), author),
    openBus: (choice, own) => openBus(place(choice), author, own),
    openAccounts: (choice, creds) => openAccounts(place(choice), author, creds),
    provisionBus: (choice, options) => provisionBus(place(choice), author, options),
    ...context,
  };
  return { code: await runCli(argv, all), ...texts };
}
