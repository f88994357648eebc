/** `mcp bus push`: sends every account to the server again, after the server lost its data. */
import { Option } from "clipanion";
import type { BusPushOutput, PushedAccount } from "../../../schemas/output/bus-output.ts";
import { type StyleName, styled } from "../../../terminal/cell.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { EXIT } from "../../context/exit-codes.ts";

const STYLES = { lost: "red", outdated: "yellow", current: "dim" } as const satisfies Record<
  PushedAccount["found"],
  StyleName
>;

export class BusPushCommand extends EnrollCommand {
  static override paths = [["bus", "push"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "Send all accounts and revocations to the server again",
    details: `For a server that lost its data directory, or got back an old copy. It sends the accounts of the bus, of nodes, consumers and
viewers from the identity directory, and the list of removed operators. Nodes keep their credentials. Accounts that are up to
date stay as they are, and revocations that only the server knows are kept: it is safe to run at any time.`,
    examples: [
      ["After the server lost its disk", "$0 bus push"],
      ["Only compare: exit code 10 if something is missing", "$0 bus push --dry-run"],
    ],
  });

  dryRun = Option.Boolean("--dry-run", false, { description: "only compare, send nothing" });

  async run() {
    const dir = await this.requireIdentityDir();
    const { pushAccounts } = await import("../../enroll/push-accounts.ts");
    const server = await this.context.openAccounts(this.choice, dir.enrollCreds);
    try {
      const place = { dir, accounts: server, nowMs: this.context.now() };
      const accounts = await pushAccounts(place, { dryRun: this.dryRun });
      const unchanged = accounts.filter(({ found }) => found === "current").length;
      const counts = { pushed: accounts.length - unchanged, unchanged };
      const output = { identity: dir.path, dryRun: this.dryRun, counts, accounts } satisfies BusPushOutput;
      if (this.json) this.out.document(output);
      else this.#print(output);
      return this.dryRun && counts.pushed > 0 ? EXIT.differences : EXIT.done;
    } finally {
      await server.close();
    }
  }

  #print({ dryRun, counts, accounts }: BusPushOutput): void {
    const due = accounts.filter(({ found }) => found !== "current");
    if (due.length > 0) {
      this.out.table(
        ["ACCOUNT", "NAME", "WAS"],
        due.map(({ kind, name, found }) => [kind, name, styled(STYLES[found], found)]),
      );
    }
    this.out.print(`${counts.pushed} ${dryRun ? "to send" : "sent"}, ${counts.unchanged} up to date`);
    if (due.some(({ kind, found }) => kind !== "bus" && found === "lost")) {
      this.out.warn(
        "the server no longer knows which credentials `--renew` replaced: if others have seen old ones, renew them again",
      );
    }
  }
}
