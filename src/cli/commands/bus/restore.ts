/** `mcp bus restore`: restores a backup, to an empty bus or to one in use. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { BackupCounts, BusRestoreOutput } from "../../../schemas/output/bus-output.ts";
import { readWord } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { timeText } from "../../output/time.ts";

const WORDS = {
  desired: "desired documents",
  observed: "reports",
  nodes: "nodes",
  events: "events",
  revocations: "lists of removed operators",
} as const satisfies Record<keyof BackupCounts, string>;

export class BusRestoreCommand extends BaseCommand {
  static override paths = [["bus", "restore"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Restore a backup without overwriting newer data",
    details: `Checks the whole file before it writes, and creates missing buckets and streams. An empty bus gets everything, with
history. A bus in use gets the newest generation of services that are newer in the backup, missing reports and nodes, and events only if it
has none. Agents keep what they accepted, so nothing restarts where the backup is up to date.

If it fails, run it again: it continues where it stopped.`,
    examples: [
      ["Show what would be written", "$0 bus restore mcp.ndjson.gz --dry-run"],
      ["Restore to a new cluster of three servers", "$0 bus restore mcp.ndjson.gz --replicas 3"],
    ],
  });

  file = Option.String({ name: "file", required: true });
  dryRun = Option.Boolean("--dry-run", false, { description: "count only; write nothing" });
  replicas = Option.String("--replicas", "1", {
    description: "copies of streams that have to be created: 1, or 3 on a cluster (default 1)",
  });

  async run() {
    const replicas = readWord("--replicas", this.replicas, ["1", "3"]) === "3" ? 3 : 1;
    const { restoreBus } = await import("../../../bus/admin/restore.ts");
    const { readBackup } = await import("../../backup/backup-file.ts");
    const settings = await this.context.busSettings(this.choice);
    const file = resolve(this.context.cwd, this.file);
    const { dryRun } = this;
    const { header, inFile, restored } = await restoreBus(settings, () => readBackup(file), { replicas, dryRun });
    if (this.json) this.out.document({ dryRun, at: header.at, inFile, restored } satisfies BusRestoreOutput);
    else this.#show(header.at, inFile, restored);
    return undefined;
  }

  #show(at: string, inFile: BackupCounts, restored: BackupCounts): void {
    this.out.note(`backup of ${timeText(at, this)}`);
    const verb = this.dryRun ? "to restore" : "restored";
    for (const part of ["desired", "observed", "nodes", "events", "revocations"] as const) {
      this.out.print(`${WORDS[part]}: ${restored[part]} ${verb} of ${inFile[part]}`);
    }
  }
}
