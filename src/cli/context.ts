/**
 * Everything a command gets from outside: streams, environment, clock, the signal that ends it, and the ways to
 * settings and bus. Nothing is opened before a command asks; tests hand in their own.
 */
import type { BaseContext } from "clipanion";
import type { OperatorBus } from "../bus/operator-bus.ts";
import type { ProvisionOptions, ProvisionReport } from "../bus/provision.ts";
import type { BusSettings } from "../bus/settings.ts";
import type { Terminal } from "./output/output.ts";
import type { CliSettings } from "./settings/read-settings.ts";

export interface CliContext extends BaseContext {
  stdout: Terminal;
  stderr: Terminal;
  readonly cwd: string;
  /** Aborts with E_INTERRUPTED on SIGINT and SIGTERM, with anything else when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  now(): number;
  /** Who changes are signed with: `user@workstation`. */
  author(): string;
  /** The settings of this file (`--config`), or of the default one. @throws McpError E_CONFIG */
  settings(config: string | undefined): Promise<CliSettings>;
  /** How to reach the bus of this file, for work on the bus as a whole. @throws McpError E_CONFIG */
  busSettings(config: string | undefined): Promise<BusSettings>;
  /** Connects with the settings of this file, or of the default one. The caller closes. */
  openBus(config: string | undefined): Promise<OperatorBus>;
  /** Creates what is missing on that bus, or only compares. @throws McpError as `provision` */
  provisionBus(config: string | undefined, options: ProvisionOptions): Promise<ProvisionReport>;
}
