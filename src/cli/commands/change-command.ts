/** What the commands that change desired state share: their options, and the way from targets to results and exit code. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { parseDuration } from "../../schemas/duration.ts";
import { McpError } from "../../schemas/error.ts";
import type { ChangeOutput } from "../../schemas/json-output.ts";
import { carryOut, type Target } from "../change/carry-out.ts";
import type { Signature } from "../change/make-change.ts";
import { differenceLine, exitOf, printResults, stepLine } from "../change/print-change.ts";
import { openSeenStates, type SeenStates } from "../change/seen-states.ts";
import type { ExitCode } from "../exit-codes.ts";
import { BaseCommand } from "./base.ts";

const TIMEOUT = { minMs: 100, maxMs: 24 * 3_600_000 };

export abstract class ChangeCommand extends BaseCommand {
  message = Option.String("-m,--message", { description: "why, kept in the history" });
  noWait = Option.Boolean("--no-wait", false, { description: "return once it is written; do not follow it" });
  timeout = Option.String("--timeout", "5m", { description: "follow for this long (exit 7 when still pending)" });

  protected abstract readonly verb: string;

  protected timeoutMs(): number {
    const parsed = parseDuration(this.timeout, TIMEOUT);
    if ("value" in parsed) return parsed.value;
    throw new McpError("E_USAGE", `--timeout ${this.timeout}: ${parsed.wrong}`, { hint: "for example --timeout 90s" });
  }

  protected async seenStates(): Promise<SeenStates> {
    const settings = await this.context.settings(this.config);
    return openSeenStates(this.context.env, settings.bus?.servers ?? []);
  }

  /** Who and when; each call is a write of its own. */
  protected signature(): Signature {
    return {
      author: this.context.author(),
      at: new Date(this.context.now()).toISOString(),
      writeId: crypto.randomUUID(),
      command: this.verb,
      message: this.message,
    };
  }

  /** Shows what changes, writes it, follows it, and tells how it ended. */
  protected async carryOut(bus: OperatorBus, seen: SeenStates, targets: readonly Target[]): Promise<ExitCode> {
    for (const { survey, change } of targets.filter((target) => target.change.document !== undefined)) {
      this.out.note(`${survey.service}@${survey.node}: generation ${change.before} → ${change.document?.generation}`);
      for (const difference of change.differences) this.out.note(...differenceLine(difference));
    }
    const results = await carryOut(
      {
        bus,
        seen,
        signal: this.context.signal,
        wait: !this.noWait,
        timeoutMs: this.timeoutMs(),
        now: this.context.now,
        onStep: (node, step) => this.out.note(...stepLine(node, step)),
      },
      targets,
    );
    if (this.json) this.out.document({ results } satisfies ChangeOutput);
    else printResults(this.out, results);
    return exitOf(results);
  }
}
