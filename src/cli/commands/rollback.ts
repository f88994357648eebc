/** `mcp rollback`: an earlier spec of a service as a new generation. */
import { Option } from "clipanion";
import { isTombstone } from "../../schemas/service/desired.ts";
import { McpError } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { readCount } from "../arguments/arguments.ts";
import { requireWholeService } from "../arguments/require-whole-service.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeCommand } from "../base/change-command.ts";
import type { ChangeContext } from "../base/change-context-command.ts";
import type { PlannedChange } from "../change/execute-changes.ts";
import { makeChange } from "../change/make-change.ts";
import { otherSpecs, readSnapshot, requireNoClash } from "../change/read-snapshot.ts";
import { warnFileDiffers } from "../definition/file-differs.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { sharedNames, warnSharedNames } from "../fleet/shared-names.ts";
import { earlierState } from "../history/history-entries.ts";

export class RollbackCommand extends ChangeCommand {
  static override paths = [["rollback"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Deploy an earlier spec of a service as a new generation, and follow it",
    details: `Goes back to the newest generation that differs from the current one, or to the one that --to names (\`mcp history\` lists
them), on each node separately. It also brings back an undeployed service. The local definition does not change; if it differs, the
command shows how.

Without --to nothing is written if somebody else changed the service since this workstation last saw it (exit 4).`,
    examples: [
      ["Undo the last change of web", "$0 rollback web"],
      ["Back to generation 41, on one node, with a reason", "$0 rollback web@rift --to 41 -m 'v2 loses sessions'"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: true });
  to = Option.String("--to", { description: "the generation to go back to" });
  force = Option.Boolean("--force", false, { description: "overwrite what others wrote, or what the bus lost" });

  protected readonly verb = "rollback";

  protected override whereToLook() {
    return `mcp status ${this.service.split("@")[0]}`;
  }

  async run() {
    this.validateOptions();
    const to = this.to === undefined ? undefined : readCount("--to", this.to);
    const selector = readSelector(this.service);
    requireWholeService(selector, this.verb);
    await this.requireRight({ verb: this.verb, service: selector.service, ...present({ node: selector.node }) });
    const changeContext = await this.changeContext();
    const stored = await resolveSelector(changeContext.bus, selector, { retired: true });
    this.requireRightsOnAll(
      changeContext.bus,
      stored.map(({ document }) => document),
    );
    const targets = await Promise.all(stored.map(({ document }) => this.#target(changeContext, document, to)));
    const code = await this.executeAndReport(changeContext, targets);
    await this.#warnFile(selector.service, targets);
    return code;
  }

  async #target(
    changeContext: ChangeContext,
    at: { service: ServiceName; node: string },
    to: number | undefined,
  ): Promise<PlannedChange> {
    const [one, history] = await Promise.all([
      readSnapshot(changeContext, at),
      changeContext.bus.historyOf(at.node, at.service),
    ]);
    const { spec, document } = earlierState(history, to);
    requireNoClash(spec, one);
    const why = this.message ?? `back to generation ${document.generation}`;
    const request = { spec, force: this.force, retry: false, checkSeen: to === undefined, whole: true };
    try {
      const change = makeChange(one, request, { ...this.signature(changeContext), message: why });
      if (change.document !== undefined)
        warnSharedNames(this.out, { ...one, shared: sharedNames(spec, otherSpecs(one)) });
      return { snapshot: one, change };
    } catch (error) {
      if (!(error instanceof McpError) || error.code !== "E_CONFLICT") throw error;
      const hint = `look with \`mcp history ${at.service}@${at.node}\`, then name the generation: \`mcp rollback ${at.service}@${at.node} --to ${document.generation}\``;
      throw new McpError("E_CONFLICT", error.message, { hint, details: error.details });
    }
  }

  /** The next deploy from here would undo the rollback: better said now. */
  async #warnFile(service: ServiceName, targets: readonly PlannedChange[]): Promise<void> {
    const { servicesDir } = await this.settings();
    const specs = targets.flatMap(({ snapshot: { node, stored }, change }) => {
      const document = change.document ?? stored?.document;
      return document === undefined || isTombstone(document) ? [] : [{ node, spec: document.spec }];
    });
    await warnFileDiffers(this.out, { servicesDir, service, specs });
  }
}
