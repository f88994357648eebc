/** `mcp history`: the generations of a service, who wrote each, when, why, and what it changed. */
import { Option } from "clipanion";
import pLimit from "p-limit";
import type { HistoryEntry, HistoryOutput, ServiceHistory } from "../../schemas/output/history-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { readCount } from "../arguments/arguments.ts";
import { type Format, formatOption, readFormat } from "../arguments/format.ts";
import { requireWholeService } from "../arguments/require-whole-service.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { isDoubtful, signatureText } from "../history/document-signature.ts";
import { historyEntries } from "../history/history-entries.ts";
import { timeText } from "../output/time.ts";
import { differenceLine, whyText } from "../output/words.ts";
import type { CliSettings } from "../settings/read-settings.ts";

interface Showing {
  readonly heading: boolean;
  readonly trust: CliSettings["trust"];
  readonly format: Format;
}

const NODES_AT_ONCE = 16;

export class HistoryCommand extends BaseCommand {
  static override paths = [["history"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "List the generations of a service: who, when, why, and what changed",
    details: `The newest first, from what the bus keeps: the last 32 of each node. \`mcp rollback\` goes back to one of them.
Values of env are never shown, only that they changed.`,
    examples: [
      ["What happened to web", "$0 history web"],
      ["The last three generations on one node", "$0 history web@rift -n 3"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: true });
  lines = Option.String("-n,--lines", { description: "show only the newest generations of each node, this many" });
  output = formatOption();

  async run() {
    const format = readFormat(this);
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
    if (format === "json") this.out.document({ histories } satisfies HistoryOutput);
    else if (format === "name") this.#showNames(histories);
    else for (const history of histories) this.#show(history, { heading: histories.length > 1, trust, format });
    return undefined;
  }

  #show({ service, node, entries }: ServiceHistory, { heading, trust, format }: Showing): void {
    if (heading) this.out.print(styled("bold", `${service}@${node}`));
    const asksForProofs = trust.signers.length + trust.exchange.length > 0;
    for (const entry of entries) {
      this.#showEntry(entry, format);
      const { signature } = entry;
      // Where nobody signs, that nobody did says nothing.
      if (signature.state === "unsigned" && !asksForProofs) continue;
      this.out.print(styled(isDoubtful(signature) ? "yellow" : "dim", `  ${signatureText(signature)}`));
    }
  }

  #showEntry(entry: HistoryEntry, format: Format): void {
    const { generation, at, author, command, message, forced, retired, differences } = entry;
    const line = (...cells: Cell[]) => (format === "wide" ? this.out.print(...cells) : this.out.text(...cells));
    const what = `${command}${forced ? ", forced" : ""}${whyText(message)}`;
    line(
      styled("bold", `generation ${generation}`),
      `  ${timeText(at, this)}  ${author}  `,
      styled(retired ? "yellow" : "cyan", what),
    );
    if (differences === undefined) line(styled("dim", "  (the generation before is no longer kept)"));
    for (const difference of differences ?? []) line(...differenceLine(difference));
  }

  /** `web@rift 3`: service, node and the number that `mcp rollback --to` takes. */
  #showNames(histories: readonly ServiceHistory[]): void {
    for (const { service, node, entries } of histories) {
      for (const { generation } of entries) this.out.print(`${service}@${node} ${generation}`);
    }
  }
}
