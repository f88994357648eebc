/** `mcp bus backup`: everything of the bus that cannot be made again, in one file. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { BusBackupOutput } from "../../../schemas/output/bus-output.ts";
import { BaseCommand } from "../../base/base-command.ts";

export class BusBackupCommand extends BaseCommand {
  static override paths = [["bus", "backup"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Write desired state with its history, reports, nodes, events and revocations to a file",
    details: `The file is gzipped JSON lines, readable for its owner alone: definitions may hold secrets. The bus goes on meanwhile;
what is written during the backup may or may not be in it. Presence and files on their way are left out, and keys never lie on the bus.`,
    examples: [
      ["Save it all", "$0 bus backup /var/backups/mcp.ndjson.gz"],
      ["From cron: silent unless it fails", "$0 bus backup -q --config /etc/mcp/mcp.toml /var/backups/mcp.ndjson.gz"],
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
      this.out.print(
        `${file}: ${desired} desired documents, ${observed} reports, ${nodes} nodes, ${events} events${trust}; ${bytes} bytes`,
      );
    }
    if (unreadable > 0) this.out.warn(`${unreadable} stored documents are none of mcp's and were left out`);
    return undefined;
  }
}
