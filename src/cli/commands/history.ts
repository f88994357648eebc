/** `mcp history`: the generations of a service, who wrote each, when, why, and what it changed. */
import { Option } from "clipanion";
import pLimit from "p-limit";
import type { HistoryEntry, HistoryOutput, ServiceHistory } from "../../schemas/output/json-history-output.ts";
import { readCount } from "../arguments/arguments.ts";
import { requireWholeService } from "../arguments/require-whole-service.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { isDoubtful, signatureText } from "../history/document-signature.ts";
import { historyEntries } from "../history/history-entries.ts";
import { styled } from "../output/cell.ts";
import { differenceLine, whyText } from "../output/words.ts";
import type { CliSettings } from "../settings/read-settings.ts";

interface Showing {
  readonly heading: boolean;
  readonly trust: CliSettings["trust"];
}

const NODES_AT_ONCE = 16;

export class HistoryCommand extends BaseCommand {
  static override paths = [["history"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "List the generations of a service: who, when, why, and what changed",
    details: `The newest first, from what the bus keeps: the last 32 of each node. \`mcp rollback\` goes back to one of them.
Values of env are never shown, only that they changed.`,
    examples: [
      ["What happened to web", "$0 history web"],
      ["The last three generations on one node", "$0 history web@rift -n 3"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: true });
  lines = Option.String("-n,--lines", { description: "only the newest so many of each node" });

  async run() {
    const selector = readSelector(this.service);
    requireWholeService(selector, "history");
    const count = this.lines === undefined ? undefined : readCount("--lines", this.lines);
    const [bus, { trust }] = await Promise.all([this.bus(), this.settings()]);
    const stored = await resolveSelector(bus, selector, { retired: true });
    const limit = pLimit(NODES_AT_ONCE);
    const histories = await Promise.all(
      stored.map(({ document: { service, node } }) =>
        limit(async () => {
          const entries = historyEntries(await bus.historyOf(node, service), trust);
          return { service, node, entries: entries.slice(0, count) };
        }),
      ),
    );
    if (this.json) this.out.document({ histories } satisfies HistoryOutput);
    else for (const history of histories) this.#show(history, { heading: histories.length > 1, trust });
    return undefined;
  }

  #show({ service, node, entries }: ServiceHistory, { heading, trust }: Showing): void {
    if (heading) this.out.print(styled("bold", `${service}@${node}`));
    const asksForProofs = trust.signers.length + trust.exchange.length > 0;
    for (const entry of entries) {
      this.#showEntry(entry);
      const { signature } = entry;
      // Where nobody signs, that nobody did says nothing.
      if (signature.state === "unsigned" && !asksForProofs) continue;
      this.out.print(styled(isDoubtful(signature) ? "yellow" : "dim", `  ${signatureText(signature)}`));
    }
  }

  #showEntry({ generation, at, author, command, message, forced, retired, differences }: HistoryEntry): void {
    const what = `${command}${forced ? ", forced" : ""}${whyText(message)}`;
    this.out.print(
      styled("bold", `generation ${generation}`),
      `  ${at}  ${author}  `,
      styled(retired ? "yellow" : "cyan", what),
    );
    if (differences === undefined) this.out.print(styled("dim", "  (the generation before is no longer kept)"));
    for (const difference of differences ?? []) this.out.print(...differenceLine(difference));
  }
}
