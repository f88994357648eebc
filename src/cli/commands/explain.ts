/** `mcp explain [key]`: what a key of a definition or of a settings file means. Needs no bus. */
import { Option } from "clipanion";
import type { ExplainOutput, KeyExplanation } from "../../schemas/output/reference-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { type Cell, cutTo, styled } from "../output/cell.ts";
import { wrapText } from "../output/wrap.ts";
import { findKeys, keysIn } from "../reference/find-keys.ts";
import { EXPLAINED_FILES, referenceKeys } from "../reference/reference-key.ts";

const TEXT_WIDTH = 76;
const LABEL_WIDTH = 10;
const GAP = 2;
const USUAL_COLUMNS = 80;

export class ExplainCommand extends BaseCommand {
  static override paths = [["explain"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Explain the keys of definitions, mcp.toml and agent.toml",
    details: `Without a key it lists all keys, one line each. The end of a key is enough: \`interval\` finds components.health.interval.
The list of one file is also a man page: mcp-definition(5), mcp.toml(5), mcp-agent.toml(5).`,
    examples: [
      ["List all keys", "$0 explain"],
      ["Explain one key of a definition", "$0 explain components.health.interval"],
      ["Explain a key of the settings", "$0 explain bus.servers"],
    ],
  });

  key = Option.String({ name: "key", required: false });

  async run() {
    const all = referenceKeys();
    const keys = this.key === undefined ? all : findKeys(all, this.key);
    if (this.json) this.out.document({ keys } satisfies ExplainOutput);
    else if (this.key === undefined) this.#list(all);
    else for (const [index, key] of keys.entries()) this.#explain(all, key, index > 0);
    return undefined;
  }

  #list(all: readonly KeyExplanation[]): void {
    for (const [index, file] of EXPLAINED_FILES.entries()) {
      if (index > 0) this.out.print();
      this.out.print(styled("bold", file));
      this.#summaries(all.filter((key) => key.file === file));
    }
  }

  /** One line each; at a terminal cut to its width. */
  #summaries(keys: readonly KeyExplanation[]): void {
    const width = Math.max(...keys.map(({ key }) => key.length)) + GAP;
    const { isTTY, columns = USUAL_COLUMNS } = this.context.stdout;
    const room = isTTY ? columns - width - GAP : Number.POSITIVE_INFINITY;
    for (const { key, meaning } of keys) {
      this.out.print("  ", styled("cyan", key.padEnd(width)), ...cutTo(room, [firstSentence(meaning)]));
    }
  }

  #explain(all: readonly KeyExplanation[], explanation: KeyExplanation, isNext: boolean): void {
    const { file, key, type, required, meaning, example, variable } = explanation;
    if (isNext) this.out.print();
    this.out.print(styled("bold", key), ` (${file})`);
    for (const line of wrapText(meaning, TEXT_WIDTH)) this.out.print(`  ${line}`);
    this.out.print();
    this.out.print(...labeled("type", required ? `${type}, required` : type));
    if (explanation.default !== undefined) this.out.print(...labeled("default", explanation.default));
    if (example !== undefined) this.out.print(...labeled("example", example));
    if (variable !== undefined) this.out.print(...labeled("variable", variable));
    const inner = keysIn(all, explanation);
    if (inner.length === 0) return;
    this.out.print();
    this.#summaries(inner);
  }
}

function labeled(label: string, text: string): Cell[] {
  return ["  ", styled("dim", label.padEnd(LABEL_WIDTH)), text];
}

/** Up to its first full stop that ends a sentence. */
function firstSentence(text: string): string {
  const [sentence = text] = /^.*?[^.][.](?= [A-Z`]|$)/.exec(text) ?? [];
  return sentence.replace(/\.$/, "");
}
