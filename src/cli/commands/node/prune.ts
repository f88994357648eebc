/** `mcp node prune`: removes images that nothing on a node needs any more; never by itself. */
import { Option } from "clipanion";
import type { NodePruneOutput, PrunedImage } from "../../../schemas/output/node-output.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { readCount, readNodeName } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { confirm } from "../../context/confirm.ts";
import { EXIT } from "../../context/exit-codes.ts";
import { sizeText } from "../../output/age.ts";
import { planPrune } from "../../prune/plan-prune.ts";
import { readPruneFacts } from "../../prune/read-prune-facts.ts";
import { refuseSilence } from "../../ps/answered-line.ts";
import { orderEach } from "../../ps/order-each.ts";
import { livenessText } from "../../status/reason.ts";

const COLUMNS = ["NODE", "IMAGE", "SIZE"];
const ASK_IDLE_MS = 5_000;
/** Podman may have much to delete. */
const REMOVE_IDLE_MS = 120_000;
const DEFAULT_KEEP = "3";

export class NodePruneCommand extends BaseCommand {
  static override paths = [["node", "prune"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "Remove images that nothing on a node needs any more",
    details: `Keeps what any container was made from, and what the last --keep generations of each service name, so that \`mcp rollback\`
works although a registry is gone. Images that no generation ever named are left alone unless --all. Nothing is forced, and nothing
does this by itself. Sizes include layers that other images share, which stay.`,
    examples: [
      ["What could go, on all nodes", "$0 node prune --dry-run"],
      ["One node, keeping what five generations need", "$0 node prune rift --keep 5"],
    ],
  });

  name = Option.String({ name: "node", required: false });
  keep = Option.String("--keep", DEFAULT_KEEP, {
    description: `generations of each service whose images stay (default ${DEFAULT_KEEP}, at least 1)`,
  });
  all = Option.Boolean("--all", false, { description: "also images that no generation of a service ever named" });
  dryRun = Option.Boolean("--dry-run", false, { description: "show what would go, and remove nothing" });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  async run() {
    const keep = readCount("--keep", this.keep);
    if (keep < 1)
      throw new McpError("E_USAGE", "--keep: the newest generation's images always stay", { hint: "--keep 1" });
    const only = this.name === undefined ? undefined : readNodeName("node prune", this.name);
    await this.requireRight({ verb: "prune images", allServices: true, ...present({ node: only }) });
    const bus = await this.bus();
    const { signal } = this.context;
    const view = await readPruneFacts({ bus, only, idleMs: ASK_IDLE_MS, signal });
    const { silent } = view;
    if (only !== undefined) refuseSilence({ answered: [], silent, failed: view.failed });
    const plans = view.nodes.map((facts) => planPrune(facts, { keep, all: this.all }));
    const going = plans.flatMap(({ removed }) => removed);
    const kept = plans.flatMap((plan) => plan.kept);
    for (const { node, message } of view.failed) this.out.warn(`${node}: ${message}`);
    for (const nodeLiveness of silent) this.out.warn(`no answer: ${livenessText(nodeLiveness)}`);
    if (!this.json) this.#show(going, kept.length);
    if (this.dryRun || going.length === 0) {
      return this.#end({ dryRun: this.dryRun, removed: going, kept, silent, failed: view.failed });
    }
    const question = `Remove ${countText(going)}?`;
    await confirm(this.context, { question, yes: this.yes, consequence: "this removes images" });
    const order = ({ id, references }: PrunedImage) => ({ verb: "remove-image", id, references }) as const;
    const orders = { things: going, idleMs: REMOVE_IDLE_MS, order, nameOf };
    const { done, failed } = await orderEach(bus, orders, signal);
    for (const { node, message } of failed) this.out.warn(`${node}: ${message}`);
    if (!this.json) this.out.print(`removed ${countText(done)}`);
    return this.#end({ dryRun: false, removed: done, kept, silent, failed: [...view.failed, ...failed] });
  }

  #show(going: readonly PrunedImage[], kept: number): void {
    if (going.length > 0)
      this.out.table(
        COLUMNS,
        going.map((image) => [image.node, nameOf(image), sizeText(image.sizeBytes)]),
      );
    else this.out.print("nothing to prune");
    this.out.note(
      `${kept} ${kept === 1 ? "image stays" : "images stay"}${this.dryRun ? "; dry run, nothing was removed" : ""}`,
    );
  }

  #end(output: NodePruneOutput) {
    if (this.json) this.out.document(output);
    return output.failed.length > 0 ? EXIT.partlyFailed : EXIT.done;
  }
}

function nameOf({ id, references }: PrunedImage): string {
  return references.length === 0 ? id.slice(0, 12) : references.join(", ");
}

function countText(images: readonly PrunedImage[]): string {
  const bytes = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `${images.length} ${images.length === 1 ? "image" : "images"} of up to ${sizeText(bytes)}`;
}
