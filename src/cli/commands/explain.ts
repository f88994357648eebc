/** `mcp explain [key]`: what a key of a definition or of a settings file means. Needs no bus. */
import { Option } from "clipanion";
import type { ExplainOutput, KeyExplanation } from "../../schemas/output/reference-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { BaseCommand } from "../base/base-command.ts";
import { findKeys, keysIn } from "../reference/find-keys.ts";
import { EXPLAINED_FILES, referenceKeys } from "../reference/reference-key.ts";

/** Longer lines are hard to read. */
const TEXT_WIDTH = 80;
const LABEL_WIDTH = 10;
const GAP = 2;

export class ExplainCommand extends BaseCommand {
  static override paths = [["explain"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Explain the keys of definitions, mcp.toml and agent.toml",
    details: `Without a key it lists all keys. The end of a key is enough: \`interval\` finds components.health.interval.
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

  /** A sentence each. */
  #summaries(keys: readonly KeyExplanation[]): void {
    const width = Math.max(...keys.map(({ key }) => key.length)) + GAP;
    for (const { key, meaning } of keys) {
      this.out.hanging(width + GAP, "  ", styled("cyan", key.padEnd(width)), firstSentence(meaning));
    }
  }

  #explain(all: readonly KeyExplanation[], explanation: KeyExplanation, isNext: boolean): void {
    const { file, key, type, required, meaning, example, variable } = explanation;
    if (isNext) this.out.print();
    this.out.print(styled("bold", key), ` (${file})`);
    for (const line of wrapText(meaning, Math.min(this.out.width ?? TEXT_WIDTH, TEXT_WIDTH) - GAP))
      this.out.print(`  ${line}`);
    this.out.print();
    this.out.hanging(LABEL_WIDTH + GAP, ...labeled("type", required ? `${type}, required` : type));
    if (explanation.default !== undefined)
      this.out.hanging(LABEL_WIDTH + GAP, ...labeled("default", explanation.default));
    if (example !== undefined) this.out.hanging(LABEL_WIDTH + GAP, ...labeled("example", example));
    if (variable !== undefined) this.out.hanging(LABEL_WIDTH + GAP, ...labeled("variable", variable));
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
