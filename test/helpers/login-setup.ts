/**
 * Everything that a login needs: a nats-server in operator mode, MCIAS (a fake over TLS), mcp-auth as a process, and a
 * workstation without credentials. `mcp` runs as a process and reads typed input from standard input.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { authRights } from "../../src/schemas/wire/rights.ts";
import { type AuthSettingsFacts, renderAuthSettings } from "../../src/toml/auth-settings-text.ts";
import { type FakeMcias, MCIAS_CA, MCIAS_ISSUER, startFakeMcias } from "./fake-mcias.ts";
import type { NatsServerOptions } from "./nats-server.ts";
import { type OperatorServer, startOperatorServer } from "./operator-server.ts";
import { commandOf, type ProgramEnd, type RunningProgram, startProgram } from "./program.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface LoginSetupOptions extends Pick<NatsServerOptions, "version"> {
  readonly life?: string;
  readonly validate?: "offline" | "online";
  readonly roles?: AuthSettingsFacts["roles"];
}

export interface LoginSetup {
  readonly server: OperatorServer;
  readonly mcias: FakeMcias;
  /** One more instance of the exchange; resolves when it listens. */
  startAuth(): Promise<RunningProgram>;
  authDoctor(...args: readonly string[]): Promise<ProgramEnd>;
  workstation(name: string): Promise<LoginWorkstation>;
}

/** A workstation. */
export interface LoginWorkstation {
  readonly dir: string;
  readonly tokenPath: string;
  readonly sessionPath: string;
  mcp(...words: readonly string[]): Promise<ProgramEnd>;
  /** With this on standard input. */
  mcpWith(stdin: string, ...words: readonly string[]): Promise<ProgramEnd>;
  start(...words: readonly string[]): RunningProgram;
  logIn(
    user: { readonly username: string; readonly password: string },
    ...words: readonly string[]
  ): Promise<ProgramEnd>;
}

export async function startLoginSetup(scope: Scope, options: LoginSetupOptions = {}): Promise<LoginSetup> {
  const dir = await tempDir(scope);
  const { version = "newest" } = options;
  const server = await startOperatorServer(scope, { version });
  const mcias = await startFakeMcias(scope);
  const config = await writeAuthDir(dir, { server, mcias, options });
  const run = { env: { PATH: process.env["PATH"] ?? "", HOME: dir }, cwd: dir };
  const auth = (...words: readonly string[]) =>
    startProgram(scope, [...commandOf("mcp-auth"), ...words, "--config", config], run);
  return {
    server,
    mcias,
    startAuth: async () => {
      const program = auth("server");
      await program.until(/listening for logins/, "the exchange listens");
      return program;
    },
    authDoctor: (...words) => auth("doctor", ...words).ended,
    workstation: (name) => createWorkstation(scope, { server, mcias, name }),
  };
}

interface Parts {
  readonly server: OperatorServer;
  readonly mcias: FakeMcias;
}

async function writeAuthDir(dir: string, { server, mcias, options }: Parts & { options: LoginSetupOptions }) {
  const { identity } = server;
  const secret = async (name: string, text: string) => {
    await writeFile(join(dir, name), text, { mode: 0o600 });
    return name;
  };
  const text = renderAuthSettings({
    servers: [server.url],
    creds: await server.operator("mcp-auth", authRights()),
    mcias: { serverUrl: mcias.url, issuer: MCIAS_ISSUER, ca: MCIAS_CA },
    signingKey: await secret("exchange.seed", identity.exchange.seed),
    curveKey: await secret("exchange-curve.seed", identity["exchange-curve"].seed),
    account: identity.control.publicKey,
    ...(options.roles === undefined ? {} : { roles: options.roles }),
  });
  const { life = "1h", validate = "offline" } = options;
  const path = join(dir, "auth.toml");
  await writeFile(path, text.replace('life = "1h"', `life = "${life}"`).replace('"offline"', `"${validate}"`));
  return path;
}

async function createWorkstation(
  scope: Scope,
  { server, mcias, name }: Parts & { name: string },
): Promise<LoginWorkstation> {
  const dir = await tempDir(scope);
  const config = join(dir, "mcp");
  await mkdir(join(config, "services"), { recursive: true });
  await writeFile(join(config, "login.creds"), await readFile(server.login), { mode: 0o600 });
  await writeFile(
    join(config, "mcp.toml"),
    `[bus]
servers = ["${server.url}"]
[mcias]
server_url = "${mcias.url}"
ca_cert = "${MCIAS_CA}"
[auth]
login_creds = "login.creds"
exchange_key = "${server.identity["exchange-curve"].publicKey}"
`,
  );
  const env = { PATH: process.env["PATH"] ?? "", HOME: join(dir, name), XDG_CONFIG_HOME: dir, XDG_STATE_HOME: dir };
  const start = (...words: readonly string[]) =>
    startProgram(scope, [...commandOf("mcp"), ...words], { env, cwd: dir });
  const mcpWith = (stdin: string, ...words: readonly string[]) =>
    startProgram(scope, [...commandOf("mcp"), ...words], { env, cwd: dir, stdin }).ended;
  return {
    dir,
    tokenPath: join(config, "token"),
    sessionPath: join(config, "session.creds"),
    mcp: (...words) => start(...words).ended,
    mcpWith,
    start,
    logIn: ({ username, password }, ...words) =>
      mcpWith(`${password}\n`, "login", "--username", username, "--password-stdin", ...words),
  };
}
