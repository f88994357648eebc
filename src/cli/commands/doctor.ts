/** `mcp doctor`: problems of this workstation, the bus and the nodes, each with the command that fixes it. */
import type { CheckResult, DoctorCheck, DoctorOutput } from "../../schemas/output/doctor-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { type Cell, styled } from "../output/cell.ts";
import { checkCell } from "../output/words.ts";
import { wrapCells } from "../output/wrap.ts";

/** Columns of `ok`, `warn` or `fail`, and the gap after it. */
const CHECK_WIDTH = 6;

export class DoctorCommand extends BaseCommand {
  static override paths = [["doctor"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Check settings, definitions, bus and nodes, and show how to fix each problem",
    details: `The exit code is 8 when a check fails; warnings leave it at 0. For podman on a node, run \`mcp-agent doctor\` there.`,
    examples: [
      ["Find out why nothing works", "$0 doctor"],
      ["With other settings", "$0 doctor --config ./mcp.toml"],
    ],
  });

  async run() {
    const { examine } = await import("../doctor/examine.ts");
    const { context, choice } = this;
    const checks = await examine({ context, choice, settings: () => this.settings(), bus: () => this.bus() });
    const result = worst(checks);
    if (this.json) this.out.document({ result, checks } satisfies DoctorOutput);
    else this.#show(checks);
    return result === "fail" ? EXIT.partlyFailed : EXIT.done;
  }

  #show(checks: readonly DoctorCheck[]): void {
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, result, message, remedy } of checks) {
      const [first = "", ...more] = message.split("\n");
      const indent = CHECK_WIDTH + width + 2;
      this.#line(indent, checkCell(result), "  ", name.padEnd(width), "  ", first);
      for (const line of more) this.#line(indent, " ".repeat(indent), line);
      for (const line of remedy?.split("\n") ?? [])
        this.#line(indent + 2, " ".repeat(indent), styled("cyan", `→ ${line}`));
    }
  }

  /** At a terminal broken between words, below the message. */
  #line(indent: number, ...cells: readonly Cell[]): void {
    const { width } = this.out;
    const lines = width === undefined ? [cells] : wrapCells(cells, { width, indent });
    for (const line of lines) this.out.print(...line);
  }
}

function worst(checks: readonly DoctorCheck[]): CheckResult {
  const results = new Set(checks.map(({ result }) => result));
  return (["fail", "warn", "ok"] as const).find((result) => results.has(result)) ?? "ok";
}
