/** `mcp sync`: every definition of the services directory onto the bus, in one go. */
import { Option } from "clipanion";
import type { DesiredBucket } from "../../bus/ports/operator-bus.ts";
import type { ReseedResult, SyncOutput } from "../../schemas/output/sync-output.ts";
import type { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { readMessage, readNodeName } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { type ChangeContext, ChangeContextCommand } from "../base/change-context-command.ts";
import { signature } from "../change/signature.ts";
import { stoppedHereText } from "../change/stopped-here.ts";
import { EXIT, type ExitCode } from "../context/exit-codes.ts";
import { type KnownNodes, readKnownNodes, readNodes } from "../fleet/fleet.ts";
import { warnSharedNames } from "../fleet/shared-names.ts";
import { sharingServices } from "../sync/changed-nodes.ts";
import { askContainers, type Undeclared } from "../sync/find-undeclared.ts";
import { planSync, type SyncItem } from "../sync/plan-sync.ts";
import { printSync } from "../sync/print-sync.ts";
import { refuseClashes } from "../sync/refuse-clashes.ts";
import {
  askAccepted,
  conflictResult,
  planReseed,
  reseededBucket,
  restoreAccepted,
  returnedResult,
} from "../sync/reseed.ts";
import { summarizeSync } from "../sync/summarize-sync.ts";
import { readSyncView, requireNamedNode, type SyncView, withBucket } from "../sync/sync-view.ts";
import { writeSync } from "../sync/write-sync.ts";

export class SyncCommand extends ChangeContextCommand {
  static override paths = [["sync"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Put every definition of the services directory on the bus",
    details: `Adds and updates, and never removes: a service without a definition here does not change, one that lost a component is
refused without --prune, and an undeployed one stays undeployed without --force. Unchanged services are not written again.
An offline node gets the newest state when it is back: PENDING counts those. Containers that nobody declared are listed.

A broken definition does not stop the others. Exit 8 if there is one, or a conflict or refusal; the lines above name them.`,
    examples: [
      ["Everything that changed, to all nodes", "$0 sync"],
      ["What would that do?", "$0 sync --dry-run"],
      ["One node only", "$0 sync --node rift"],
      ["After the bus has lost its disk: first what the nodes have, then the definitions", "$0 sync --reseed"],
    ],
  });

  dryRun = Option.Boolean("--dry-run", false, { description: "show the same without writing anything" });
  node = Option.String("--node", { description: "this node only" });
  prune = Option.Boolean("--prune", false, { description: "remove components that a definition no longer has" });
  reseed = Option.Boolean("--reseed", false, {
    description: "first put back what the nodes accepted and the bus has lost",
  });
  force = Option.Boolean("--force", false, {
    description: "overwrite what others wrote, and bring back what was undeployed",
  });
  noAsk = Option.Boolean("--no-ask", false, {
    description: "do not ask the nodes for containers that nobody declared",
  });
  message = Option.String("-m,--message", { description: "why, kept in the history" });

  #isWriting = false;

  protected override lookAgain(): string | undefined {
    return this.#isWriting ? "mcp status" : undefined;
  }

  async run() {
    const startedMs = this.context.now();
    readMessage(this.message);
    const only = this.node === undefined ? undefined : readNodeName("--node", this.node);
    await this.requireRight({ verb: "sync" });
    const [changeContext, { servicesDir }] = await Promise.all([this.changeContext(), this.settings()]);
    const knownNodes = readKnownNodes(changeContext.bus);
    const asking = this.#askContainers(changeContext, knownNodes, only);
    for (const early of [knownNodes, asking]) early.catch(() => undefined); // awaited below; until then nobody listens
    const reseeded = this.reseed ? await this.#reseed(changeContext, only) : undefined;
    const read = await readSyncView({ ...changeContext, servicesDir, knownNodes });
    const view = reseeded === undefined || !this.dryRun ? read : withBucket(read, reseeded.bucket);
    if (only !== undefined) requireNamedNode(view, only);
    const options = {
      ...this.#flags(),
      rights: changeContext.bus.rights,
      node: only,
      signature: () => this.#signature(changeContext),
    };
    const planned = refuseClashes(view, planSync(view, options));
    warnSharedNames(this.out, ...sharingServices(view, planned));
    const items = this.dryRun ? planned : await this.#write(changeContext, view, planned);
    const output = {
      dryRun: this.dryRun,
      ...summarizeSync(view, items, only),
      ...(await asking)(view),
      ...(reseeded === undefined ? {} : { reseeded: reseeded.results }),
      tookMs: Math.max(0, this.context.now() - startedMs),
    } satisfies SyncOutput;
    if (this.json) this.out.document(output);
    else printSync(this.out, output);
    for (const { snapshot } of items) {
      const text = stoppedHereText(snapshot.stored?.document, this.context.now());
      if (text !== undefined) this.out.note(text);
    }
    return exitOf(output);
  }

  #flags() {
    const { force, prune, reseed } = this;
    return { force, prune, reseed };
  }

  #signature({ bus }: ChangeContext) {
    return signature(this.context, { bus, command: "sync", message: this.message });
  }

  async #askContainers(
    { bus }: ChangeContext,
    knownNodes: Promise<KnownNodes>,
    only: NodeName | undefined,
  ): Promise<(view: SyncView) => Undeclared> {
    if (this.noAsk) return () => ({ unmanaged: [], silent: [] });
    return await askContainers({
      bus,
      nodes: knownNodes,
      only,
      signal: this.context.signal,
      nowMs: this.context.now(),
      onProblem: (text) => this.out.warn(text),
    });
  }

  async #reseed(
    { bus }: ChangeContext,
    only: NodeName | undefined,
  ): Promise<{ bucket: DesiredBucket; results: ReseedResult[] }> {
    const onIndexProblem = ({ message }: McpError) => this.out.warn(message);
    const ports = { bus, signal: this.context.signal, onIndexProblem };
    this.out.note("asking the nodes for what they accepted");
    const { documents, failed } = await askAccepted(ports, await readNodes(bus), only);
    for (const { node, message } of failed) this.out.warn(`${node} did not say what it accepted: ${message}`);
    const bucket = await bus.readDesiredBucket();
    const plan = planReseed(bucket, documents, { force: this.force });
    this.#isWriting = !this.dryRun;
    const done = this.dryRun
      ? plan.writes.map(({ document }) => returnedResult(document))
      : await restoreAccepted(ports, bucket, plan);
    return { bucket: reseededBucket(bucket, plan), results: [...done, ...plan.conflicts.map(conflictResult)] };
  }

  async #write(changeContext: ChangeContext, view: SyncView, planned: readonly SyncItem[]): Promise<SyncItem[]> {
    const total = planned.filter(({ change }) => change !== undefined).length;
    this.#isWriting = true;
    if (total > 0 && !this.out.canRedraw) this.out.note(`writing ${total} ${total === 1 ? "change" : "changes"}`);
    const ports = {
      ...changeContext,
      signal: this.context.signal,
      onProblem: (text: string) => this.out.warn(text),
      onWritten: (count: number) => {
        if (this.out.canRedraw && (count % 50 === 0 || count === total))
          this.out.redraw([[`written ${count} of ${total}`]]);
      },
    };
    const items = await writeSync(ports, view.bucket, planned).finally(() => this.out.settle());
    demandSomeBus(items);
    return items;
  }
}

/** When nothing arrived because the bus is gone, that is what went wrong. @throws McpError E_BUS_UNREACHABLE */
function demandSomeBus(items: readonly SyncItem[]): void {
  const tried = items.filter(({ change, error }) => change !== undefined || error?.code === "E_BUS_UNREACHABLE");
  const [first] = tried;
  if (first?.error !== undefined && tried.every(({ error }) => error?.code === "E_BUS_UNREACHABLE")) throw first.error;
}

function exitOf({ total, broken, reseeded = [] }: SyncOutput): ExitCode {
  const isReseedIncomplete = reseeded.some(({ outcome }) => outcome !== "returned");
  const failures = total.conflict + total.refused + broken.length;
  return failures > 0 || isReseedIncomplete ? EXIT.partlyFailed : EXIT.done;
}
