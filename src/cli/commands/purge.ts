/** `mcp purge`: removes what nobody needs: desired state without a definition, containers without either. */
import { Option } from "clipanion";
import type { ChangeResult } from "../../schemas/output/change-output.ts";
import type { PurgedContainer, PurgedService, PurgeOutput } from "../../schemas/output/purge-output.ts";
import { scopeError } from "../../trust/scope-error.ts";
import { McpError } from "../../values/error.ts";
import type { Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { readMessage, readNodeName, readWait } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { type ChangeContext, ChangeContextCommand } from "../base/change-context-command.ts";
import { executeChanges, type PlannedChange } from "../change/execute-changes.ts";
import { makeChange } from "../change/make-change.ts";
import { exitOf, printResults } from "../change/print-change.ts";
import { createProgress } from "../change/progress.ts";
import { readSnapshot } from "../change/read-snapshot.ts";
import { signature } from "../change/signature.ts";
import { confirm } from "../context/confirm.ts";
import { EXIT } from "../context/exit-codes.ts";
import { readSelector } from "../fleet/select.ts";
import { orderEach } from "../ps/order-each.ts";
import { type PurgePlan, type PurgeRequest, planPurge } from "../purge/plan-purge.ts";
import { countText, printPurge } from "../purge/print-purge.ts";
import { readPurgeFacts } from "../purge/read-purge-facts.ts";

const ASK_IDLE_MS = 3_000;
/** Stopping takes up to ten seconds, and the node may be busy. */
const REMOVE_IDLE_MS = 60_000;
const PATIENCE_MS = 10_000;
const DEFAULT_TIMEOUT = "5m";

export class PurgeCommand extends ChangeContextCommand {
  static override paths = [["purge"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Retire services and remove containers that nobody needs",
    details: `Retires services that no definition on this workstation asks for, if none of their containers is running. Removes orphans:
containers that mcp made and that neither desired state nor a definition asks for. Shows them with reasons first.
Running containers are removed only with --running; a running service also needs its name. Volumes and files always stay.
Services on nodes that do not answer stay too, and so do those outside the scope of your credentials.`,
    examples: [
      ["Show what would be removed", "$0 purge --dry-run"],
      ["Retire web, which no definition asks for, although it is running", "$0 purge web --running"],
      ["The containers of a component that was removed", "$0 purge web/worker"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  dryRun = Option.Boolean("--dry-run", false, { description: "show what would be removed, and remove nothing" });
  running = Option.Boolean("--running", false, { description: "also running containers" });
  node = Option.String("--node", { description: "this node only" });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  message = Option.String("-m,--message", { description: "why, kept in the history" });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `follow for this long, then exit 7 (default ${DEFAULT_TIMEOUT})`,
  });

  protected override lookAgain() {
    return "mcp purge --dry-run";
  }

  async run() {
    const timeoutMs = readWait("--timeout", this.timeout);
    readMessage(this.message);
    const selector = this.service === undefined ? undefined : readSelector(this.service);
    const node = this.node === undefined ? undefined : readNodeName("--node", this.node);
    await this.requireRight({
      verb: "purge",
      ...present({ service: selector?.service, node: selector?.node ?? node }),
    });
    const changeContext = await this.changeContext();
    const { servicesDir } = await this.settings();
    const view = await readPurgeFacts({ ...this.#question(changeContext), servicesDir, selector, node });
    const beyondScope = this.#beyondScope(changeContext, selector);
    const plan = planPurge(view, { selector, node, running: this.running, beyondScope });
    const { silent } = view;
    const nothing = plan.services.length + plan.containers.length === 0;
    if (!this.json) printPurge(this.out, { ...plan, silent, failed: view.failed, dryRun: this.dryRun });
    if (this.dryRun || nothing) {
      const output = { dryRun: this.dryRun, ...plan, results: [], silent, failed: view.failed };
      if (this.json) this.out.document(output satisfies PurgeOutput);
      return EXIT.done;
    }
    await confirm(this.context, { question: `Remove ${countText(plan)}? Data stays.`, yes: this.yes });
    const results = await this.#retire(changeContext, plan, timeoutMs);
    const { done: containers, failed } = await this.#remove(changeContext, plan);
    const output = { ...plan, dryRun: false, containers, results, silent, failed: [...view.failed, ...failed] };
    if (this.json) this.out.document(output satisfies PurgeOutput);
    else printResults(this.out, results, { verb: "purge", utc: this.utc });
    for (const container of containers)
      if (!this.json) this.out.print(`${container.name} on ${container.node} removed`);
    for (const failure of failed) this.out.warn(`${failure.node}: ${failure.message}`);
    return failed.length > 0 ? EXIT.partlyFailed : exitOf(results);
  }

  /** A named service is removed everywhere or not at all: a part outside the scope is an error. */
  #beyondScope({ bus: { rights } }: ChangeContext, selector: Selector | undefined): PurgeRequest["beyondScope"] {
    return (target) => {
      const refusal = rights && scopeError(rights, { verb: "purge", ...target });
      if (refusal !== undefined && selector !== undefined) throw refusal;
      return refusal?.message;
    };
  }

  #question({ bus }: ChangeContext) {
    return { bus, idleMs: ASK_IDLE_MS, nowMs: this.context.now(), signal: this.context.signal };
  }

  async #retire(changeContext: ChangeContext, { services }: PurgePlan, timeoutMs: number): Promise<ChangeResult[]> {
    if (services.length === 0) return [];
    const targets = await Promise.all(services.map((service) => this.#target(changeContext, service)));
    const progress = createProgress(this.out);
    const ports = {
      ...changeContext,
      signal: this.context.signal,
      wait: true,
      timeoutMs,
      patienceMs: PATIENCE_MS,
      now: this.context.now,
      onStep: progress.step,
      onWaiting: (text: string) => this.out.note(text),
      onProblem: (text: string) => this.out.warn(text),
    };
    return await executeChanges(ports, targets).finally(progress.end);
  }

  #remove({ bus }: ChangeContext, { containers }: PurgePlan) {
    const order = ({ id, state }: PurgedContainer) => ({ verb: "remove-orphan", containerId: id, state }) as const;
    const orders = { things: containers, idleMs: REMOVE_IDLE_MS, order, nameOf: ({ name }: PurgedContainer) => name };
    return orderEach(bus, orders, this.context.signal);
  }

  /** Only what was shown is removed: a newer generation by somebody else stays. */
  async #target(changeContext: ChangeContext, { node, service, generation }: PurgedService): Promise<PlannedChange> {
    const one = await readSnapshot(changeContext, { node, service });
    if (one.stored?.document.generation !== generation) {
      throw new McpError(
        "E_CONFLICT",
        `${service}@${node} has just been changed by somebody else; nothing was retired`,
      );
    }
    const request = { spec: undefined, force: false, retry: false, checkSeen: false, whole: false };
    const signed = signature(this.context, { bus: changeContext.bus, command: "purge", message: this.message });
    return { snapshot: one, change: makeChange(one, request, signed) };
  }
}
