/**
 * Everything a command gets from outside: streams, environment, clock, the signal that ends it, and the ways to
 * settings and bus. Nothing is opened before a command asks; tests hand in their own.
 */
import type { BaseContext } from "clipanion";
import type { AccountServer } from "../../bus/admin/account-server.ts";
import type { ProvisionOptions, ProvisionReport } from "../../bus/admin/provision.ts";
import type { BusSettings, CredsSource } from "../../bus/connection/settings.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { ProgramName } from "../help/program-name.ts";
import type { Terminal } from "../output/output.ts";
import type { CliSettings } from "../settings/read-settings.ts";

/** Which settings a command works with: what its common options say. */
export interface SettingsChoice {
  /** `--config`; undefined: the default file. */
  readonly config: string | undefined;
  /** `--context` */
  readonly context?: string | undefined;
  /** `--insecure` */
  readonly insecure?: boolean;
  /** Called once before the first connection in plain text to another machine. */
  warn?(warning: string): void;
}

export interface CliContext extends BaseContext {
  stdout: Terminal;
  stderr: Terminal;
  readonly cwd: string;
  /** The name that the CLI was called by; default `mcp`. */
  readonly program?: ProgramName;
  /**
   * Aborts with E_INTERRUPTED on SIGINT, SIGTERM and SIGHUP, with another McpError when the command cannot continue (its session
   * is over), with anything else when nobody reads the output any longer.
   */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  now(): number;
  /** Who changes are signed with: `user@workstation`. */
  author(): string;
  /** @throws McpError E_CONFIG */
  settings(choice: SettingsChoice): Promise<CliSettings>;
  /** How to reach the bus, for work on the bus as a whole. @throws McpError E_CONFIG */
  busSettings(choice: SettingsChoice): Promise<BusSettings>;
  /** Connects, with `own` credentials instead of the workstation's where they are given. The caller closes. */
  openBus(choice: SettingsChoice, own?: CredsSource): Promise<OperatorBus>;
  /** Connects that bus's server as the one who enrolls, with these credentials (a file). The caller closes. */
  openAccounts(choice: SettingsChoice, creds: string): Promise<AccountServer>;
  /** Creates what is missing on that bus, or only compares. @throws McpError as `provision` */
  provisionBus(choice: SettingsChoice, options: ProvisionOptions): Promise<ProvisionReport>;
}
