/** What the commands that change desired state share: options, and the way from targets to results and exit code. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { ChangeOutput, ChangeResult } from "../../schemas/output/change-output.ts";
import { scopeError } from "../../trust/scope-error.ts";
import { readMessage, readWait } from "../arguments/arguments.ts";
import { executeChanges, type PlannedChange } from "../change/execute-changes.ts";
import { exitOf, printResults, printTargets } from "../change/print-change.ts";
import { createProgress } from "../change/progress.ts";
import type { ServiceSnapshot } from "../change/service-snapshot.ts";
import { signature } from "../change/signature.ts";
import { watchBus } from "../change/watch-bus.ts";
import type { ExitCode } from "../context/exit-codes.ts";
import { type ChangeContext, ChangeContextCommand } from "./change-context-command.ts";

const DEFAULT_TIMEOUT = "5m";
/** A node that is online accepts within milliseconds; after this long the command says what it waits for. */
const PATIENCE_MS = 10_000;

type ServiceOnNode = Pick<ServiceSnapshot, "service" | "node">;

export abstract class ChangeCommand extends ChangeContextCommand {
  message = Option.String("-m,--message", { description: "the reason, shown in the history" });
  noWait = Option.Boolean("--no-wait", false, { description: "return when it is written; do not follow it" });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `how long to follow it, then exit 7 (default ${DEFAULT_TIMEOUT})`,
  });

  #hasBegun = false;

  /** The name of the command, which is part of what it writes. */
  protected abstract readonly verb: string;

  /** The command that shows the progress of the change. */
  protected abstract whereToLook(): string;

  protected override lookAgain(): string | undefined {
    return this.#hasBegun ? this.whereToLook() : undefined;
  }

  /** Each call identifies a separate write. */
  protected signature({ bus }: Pick<ChangeContext, "bus">) {
    return signature(this.context, { bus, command: this.verb, message: this.message });
  }

  /** Checks the options before anything is read or sent. @throws McpError E_USAGE */
  protected validateOptions(): void {
    readWait("--timeout", this.timeout);
    readMessage(this.message);
  }

  /** Shows the change, writes it, follows it, and shows the result. */
  protected async executeAndReport(changeContext: ChangeContext, targets: readonly PlannedChange[]): Promise<ExitCode> {
    printTargets(this.out, targets);
    const results = await this.executeTargets(changeContext, targets);
    if (this.json) this.out.document({ results } satisfies ChangeOutput);
    else printResults(this.out, results, { verb: this.verb, utc: this.utc });
    return exitOf(results);
  }

  /** A change of several nodes is all or nothing: refused if one is outside the operator's scope. @throws McpError E_REFUSED */
  protected requireRightsOnAll({ rights }: Pick<OperatorBus, "rights">, targets: readonly ServiceOnNode[]): void {
    for (const { service, node } of targets) {
      const refusal = rights && scopeError(rights, { verb: this.verb, service, node });
      if (refusal !== undefined) throw refusal;
    }
  }

  /** Writes and follows. */
  protected async executeTargets(
    { bus, seen }: ChangeContext,
    targets: readonly PlannedChange[],
  ): Promise<ChangeResult[]> {
    this.#hasBegun = true;
    const progress = createProgress(this.out);
    const watch = watchBus(bus, this.out, (await this.settings()).bus?.servers ?? []);
    const ports = {
      bus,
      seen,
      signal: this.context.signal,
      wait: !this.noWait,
      timeoutMs: readWait("--timeout", this.timeout),
      patienceMs: PATIENCE_MS,
      connectionProblem: watch.connectionProblem,
      now: this.context.now,
      onStep: progress.step,
      onWaiting: (text: string) => this.out.note(text),
      onProblem: (text: string) => this.out.warn(text),
    };
    return await executeChanges(ports, targets).finally(() => {
      watch.end();
      progress.end();
    });
  }
}
