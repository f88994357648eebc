/**
 * What every command shares: the common options, its output, the bus opened once and closed, errors printed on stderr,
 * the exit code. A command overrides `run()`, returns its exit code (nothing: 0) and throws McpError; it never prints
 * an error and never exits. `execute()` never throws: clipanion would print on stdout and exit 0 or 1.
 */
import { Command, Option } from "clipanion";
import type { CredsSource } from "../../bus/connection/settings.ts";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { OperatorAction } from "../../trust/scope-error.ts";
import { McpError } from "../../values/error.ts";
import type { CliContext, SettingsChoice } from "../context/context.ts";
import { endsBy } from "../context/ends-by.ts";
import { EXIT, EXIT_OF, type ExitCode } from "../context/exit-codes.ts";
import { errorDocument, errorLines, reportOf } from "../output/error-report.ts";
import { createOutput, type Output } from "../output/output.ts";
import type { CliSettings } from "../settings/read-settings.ts";

/** The groups of `mcp --help`, in its order. */
export const CATEGORIES = ["Services", "Status and logs", "Files", "Nodes", "Bus and access", "Setup"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface CommandUsage {
  readonly category: Category;
  /** One line, without a full stop. */
  readonly description: string;
  /** Paragraphs for `mcp <command> --help`. */
  readonly details?: string;
  /** What it does, and the line to type, with `$0` for the program. */
  readonly examples: [string, string][];
}

/** How long an interrupted command may take to let go, and the bus to close. */
const LETTING_GO_MS = 1_000;

export abstract class BaseCommand extends Command<CliContext> {
  config = Option.String("--config", {
    description: "settings file (default: $MCP_CONFIG, else mcp/mcp.toml in $XDG_CONFIG_HOME)",
  });
  contextName = Option.String("--context", {
    description: "context to use instead of the current one: `mcp context list`",
  });
  json = Option.Boolean("--json", false, { description: "print JSON: one document, or one line each for streams" });
  quiet = Option.Boolean("-q,--quiet", false, { description: "no notes and no progress on stderr" });
  insecure = Option.Boolean("--insecure", false, {
    description: "allow plain text (nats://, ws://) to a bus on another machine: for trials",
  });
  utc = Option.Boolean("--utc", false, { description: "show times in UTC, not in local time" });
  noColor = Option.Boolean("--no-color", false, { description: "no colors (the same as NO_COLOR)" });

  #out: Output | undefined;
  #settings: Promise<CliSettings> | undefined;
  #bus: Promise<OperatorBus> | undefined;
  #warnings = new Set<string>();

  /** Like clipanion's, but a description, a category and examples are demanded. */
  static describe(usage: CommandUsage): CommandUsage {
    return usage;
  }

  /** Does the work. Returns the exit code, 0 when nothing; throws McpError. */
  protected abstract run(): Promise<ExitCode | undefined>;

  /** The command that shows the progress after Ctrl-C; undefined where nothing is in progress. */
  protected lookAgain(): string | undefined {
    return undefined;
  }

  /** How long the command may go on after Ctrl-C before the program ends all the same. */
  protected lettingGoMs(): number {
    return LETTING_GO_MS;
  }

  protected get out(): Output {
    const { stdout, stderr, env } = this.context;
    this.#out ??= createOutput({ stdout, stderr, env, color: !this.noColor, quiet: this.quiet });
    return this.#out;
  }

  /** Which settings the common options name. */
  protected get choice(): SettingsChoice {
    const { config, contextName: context, insecure } = this;
    return { config, context, insecure, warn: (warning) => this.#warnOnce(warning) };
  }

  /** Read at the first call. @throws McpError E_CONFIG */
  protected settings(): Promise<CliSettings> {
    this.#settings ??= this.context.settings(this.choice);
    return this.#settings;
  }

  /** Connected at the first call, with its `own` credentials where they are given; closed when the command ends. */
  protected bus(own?: CredsSource): Promise<OperatorBus> {
    this.#bus ??= this.context.openBus(this.choice, own);
    return this.#bus;
  }

  /** Refuses what these credentials do not allow, before anything is looked up. @throws McpError E_REFUSED, E_CONFIG */
  protected async requireRight(asked: OperatorAction): Promise<void> {
    const [{ localRights }, { scopeError }] = await Promise.all([
      import("../login/local-rights.ts"),
      import("../../trust/scope-error.ts"),
    ]);
    const rights = await localRights(await this.settings(), this.context.now());
    const refusal = rights && scopeError(rights, asked);
    if (refusal !== undefined) throw refusal;
  }

  override async execute(): Promise<ExitCode> {
    try {
      const code = await endsBy(this.run(), this.context.signal, this.lettingGoMs());
      return this.context.signal.aborted ? this.#interrupted() : (code ?? EXIT.done);
    } catch (error) {
      return this.context.signal.aborted ? this.#interrupted() : this.#failed(error);
    } finally {
      await this.#close();
    }
  }

  #warnOnce(warning: string): void {
    if (this.#warnings.has(warning)) return;
    this.#warnings.add(warning);
    this.out.warn(warning);
  }

  #failed(error: unknown): ExitCode {
    const report = reportOf(error);
    if (this.json) this.context.stderr.write(`${JSON.stringify(errorDocument(report))}\n`);
    else for (const line of errorLines(report, this)) this.out.complain(...line);
    return EXIT_OF[report.code];
  }

  #interrupted(): ExitCode {
    const { reason } = this.context.signal;
    if (!(reason instanceof McpError)) return EXIT.done; // `| head` had enough
    if (reason.code !== "E_INTERRUPTED") return this.#failed(reason);
    const again = this.lookAgain();
    if (again !== undefined) this.out.note(`detached: nothing was undone; look again with \`${again}\``);
    return EXIT.interrupted;
  }

  async #close(): Promise<void> {
    const opened = this.#bus;
    if (opened === undefined) return;
    const closed = opened.then((bus) => bus.close()).catch(() => undefined); // it failed to open, or is gone: nothing to close
    await endsBy(closed, AbortSignal.abort(), LETTING_GO_MS); // AbortSignal.timeout would not keep the process alive
  }
}
