/** An operator's workstation in this process: a home directory with definitions and seen states, and `mcp` on a memory bus. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { type CliResult, type RunCliOptions, runCli } from "./run-cli.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface LocalWorkstation {
  readonly home: string;
  /** Where `<service>.toml` lies. */
  path(service: string): string;
  define(service: string, toml: string): Promise<void>;
  definition(service: string): Promise<string>;
  mcp(argv: readonly string[], options?: RunCliOptions): Promise<CliResult>;
}

export async function localWorkstation(
  scope: Scope | undefined,
  bus: OperatorBus,
  author = "alice@laptop",
): Promise<LocalWorkstation> {
  const home = await tempDir(scope);
  const dir = join(home, ".config/mcp/services");
  await mkdir(dir, { recursive: true });
  const path = (service: string) => join(dir, `${service}.toml`);
  return {
    home,
    path,
    define: (service, toml) => writeFile(path(service), toml),
    definition: (service) => readFile(path(service), "utf8"),
    mcp: (argv, options) => runCli(argv, { bus, author, env: { HOME: home }, cwd: home, ...options }),
  };
}

/** A definition of `web` with the component `api`; `more` lines belong to the component. */
export function webToml(own: { image?: string; head?: string; more?: string } = {}): string {
  const { image = "registry.example.net/web:v1.0.0", head = 'node = "rift"', more = "" } = own;
  return `name = "web"\n${head}\n\n[[components]]\nname = "api"\nimage = "${image}"\n${more}`;
}
