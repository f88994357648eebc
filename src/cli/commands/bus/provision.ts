/** `mcp bus provision`: creates missing buckets and streams, and compares the others without changing them. */
import { Option } from "clipanion";
import type { BusProvisionOutput } from "../../../schemas/output/bus-output.ts";
import { type Cell, type StyleName, styled } from "../../../terminal/cell.ts";
import { McpError } from "../../../values/error.ts";
import { readWord } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { EXIT } from "../../context/exit-codes.ts";

type StreamResult = BusProvisionOutput["streams"][number];

const STYLES = {
  created: "green",
  unchanged: "dim",
  differs: "red",
  missing: "yellow",
} as const satisfies Record<StreamResult["result"], StyleName>;

export class BusProvisionCommand extends BaseCommand {
  static override paths = [["bus", "provision"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Create the buckets and streams that mcp needs, and compare those that exist",
    details: `It never changes a stream that exists: it shows settings that differ, and exits with 6. It is safe to run again.`,
    examples: [
      ["Prepare a new bus", "$0 bus provision"],
      ["On a cluster of three servers", "$0 bus provision --replicas 3"],
      ["Only compare: exit code 10 if something is missing", "$0 bus provision --dry-run"],
    ],
  });

  replicas = Option.String("--replicas", "1", {
    description: "copies of each stream: 1, or 3 on a cluster (default 1)",
  });
  dryRun = Option.Boolean("--dry-run", false, { description: "only compare, create nothing" });

  async run() {
    const replicas = readWord("--replicas", this.replicas, ["1", "3"]) === "3" ? 3 : 1;
    const report = await this.context.provisionBus(this.choice, { replicas, create: !this.dryRun });
    if (this.json) this.out.document(report satisfies BusProvisionOutput);
    else this.out.table(["STREAM", "RESULT", "DIFFERENCES"], report.streams.map(row));
    for (const warning of report.warnings) this.out.warn(warning);
    for (const line of report.foreign ?? []) this.out.warn(`${line}; a stream can copy what others send`);
    const differing = report.streams.filter(({ result }) => result === "differs").map(({ name }) => name);
    if (differing.length > 0)
      throw new McpError("E_BUS_MISMATCH", `streams have other settings than mcp needs: ${differing.join(", ")}`);
    return report.streams.some(({ result }) => result === "missing") ? EXIT.differences : EXIT.done;
  }
}

function row({ name, result, differences }: StreamResult): Cell[] {
  const texts = differences.map(({ setting, want, have }) => `${setting}: want ${shown(want)}, have ${shown(have)}`);
  return [name, styled(STYLES[result], result), texts.join("; ")];
}

function shown(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
