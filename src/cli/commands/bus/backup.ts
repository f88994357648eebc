/** `mcp bus backup`: all data on the bus that cannot be recreated, in one file. */

import { resolve } from "node:path";
import { Option } from "clipanion";
import type { BusBackupOutput } from "../../../schemas/output/bus-output.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { counted } from "../../output/counted.ts";

export class BusBackupCommand extends BaseCommand {
  static override paths = [["bus", "backup"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Save the data on the bus to a file",
    details: `Saves desired state with its history, reports, nodes, events and revocations as gzipped JSON lines. Only the owner can
read the file, because definitions may hold secrets. The bus stays in use; what is written during the backup may be missing. Presence and
files in transfer are left out, and keys are never on the bus.`,
    examples: [
      ["Save everything", "$0 bus backup /var/backups/mcp.ndjson.gz"],
      [
        "In a cron job: prints nothing unless it fails",
        "$0 bus backup -q --config /etc/mcp/mcp.toml /var/backups/mcp.ndjson.gz",
      ],
    ],
  });

  file = Option.String({ name: "file", required: true });

  async run() {
    const { backupLines } = await import("../../../bus/admin/backup.ts");
    const { writeBackup } = await import("../../backup/backup-file.ts");
    const settings = await this.context.busSettings(this.choice);
    const file = resolve(this.context.cwd, this.file);
    const at = new Date(this.context.now()).toISOString();
    const { result, bytes } = await writeBackup(file, backupLines(settings, at));
    const { counts, unreadable } = result;
    if (this.json) this.out.document({ file, bytes, counts, unreadable } satisfies BusBackupOutput);
    else {
      const { nodes, observed, desired, events, revocations } = counts;
      const trust = revocations === 0 ? "" : ", the list of removed operators";
      const parts = [
        counted(desired, "desired document"),
        counted(observed, "report"),
        counted(nodes, "node"),
        counted(events, "event"),
      ];
      this.out.print(`${file}: ${parts.join(", ")}${trust}; ${bytes} bytes`);
    }
    if (unreadable > 0) this.out.warn(`${unreadable} stored documents are not in a format of mcp and were left out`);
    return undefined;
  }
}
