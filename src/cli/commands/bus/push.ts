/** `mcp bus push`: the server told again of every account, after it lost what it had been told. */
import { Option } from "clipanion";
import type { BusPushOutput, PushedAccount } from "../../../schemas/output/bus-output.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { EXIT } from "../../context/exit-codes.ts";
import { type StyleName, styled } from "../../output/cell.ts";

const STYLES = { lost: "red", outdated: "yellow", current: "dim" } as const satisfies Record<
  PushedAccount["found"],
  StyleName
>;

export class BusPushCommand extends EnrolCommand {
  static override paths = [["bus", "push"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Tell the server of every account again, and of removed operators",
    details: `After the server lost its data directory, or got an old copy back: the accounts of the bus, its nodes, consumers and viewers, from
the identity directory, with every removed operator. Nodes go on with the credentials they have. What the server knows as it should is
left alone, and what it knows of others who were shut out is kept, so it does no harm at any time.`,
    examples: [
      ["After the server's disk was lost", "$0 bus push"],
      ["Only compare: exit code 10 when something is to be pushed", "$0 bus push --dry-run"],
    ],
  });

  dryRun = Option.Boolean("--dry-run", false, { description: "only compare, push nothing" });

  async run() {
    const dir = await this.demandIdentityDir();
    const { pushAccounts } = await import("../../enrol/push-accounts.ts");
    const server = await this.context.openAccounts(this.choice, dir.enrolCreds);
    try {
      const place = { dir, accounts: server, nowMs: this.context.now() };
      const accounts = await pushAccounts(place, { dryRun: this.dryRun });
      const unchanged = accounts.filter(({ found }) => found === "current").length;
      const counts = { pushed: accounts.length - unchanged, unchanged };
      const output = { identity: dir.path, dryRun: this.dryRun, counts, accounts } satisfies BusPushOutput;
      if (this.json) this.out.document(output);
      else this.#tell(output);
      return this.dryRun && counts.pushed > 0 ? EXIT.differences : EXIT.done;
    } finally {
      await server.close();
    }
  }

  #tell({ dryRun, counts, accounts }: BusPushOutput): void {
    const due = accounts.filter(({ found }) => found !== "current");
    if (due.length > 0) {
      this.out.table(
        ["ACCOUNT", "NAME", "WAS"],
        due.map(({ kind, name, found }) => [kind, name, styled(STYLES[found], found)]),
      );
    }
    this.out.print(`${counts.pushed} ${dryRun ? "to be pushed" : "pushed"}, ${counts.unchanged} as they should be`);
    if (due.some(({ kind, found }) => kind !== "bus" && found === "lost")) {
      this.out.warn(
        "the server has forgotten which credentials were replaced with `--renew`: where old ones were seen by others, renew again",
      );
    }
  }
}
