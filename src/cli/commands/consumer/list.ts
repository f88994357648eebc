/** `mcp consumer list`: who reads events, and how far behind they are. */
import type { ConsumerListOutput, ListedConsumer } from "../../../schemas/output/access-output.ts";
import { formatOption, readFormat } from "../../arguments/format.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { ageText } from "../../output/age.ts";

export class ConsumerListCommand extends EnrolCommand {
  static override paths = [["consumer", "list"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "List the consumers of events, and what waits for each",
    details: `Every durable consumer of the event stream, those of viewers and of other tools too; viewers are marked where the identity
directory is here. WAITING is what it has not been given yet,
UNACKED what it was given and has not acknowledged: when one of them only grows, its program does not run.`,
    examples: [
      ["List them", "$0 consumer list"],
      [
        "Those with more than 100 events waiting",
        "$0 consumer list --json | jq '.consumers[] | select(.waiting > 100)'",
      ],
    ],
  });

  output = formatOption();

  async run() {
    const format = readFormat(this);
    const viewers = await this.#viewers();
    const all = await (await this.bus()).listEventConsumers();
    const consumers: ListedConsumer[] = all.map((one) =>
      viewers.has(one.name) ? { ...one, viewer: true as const } : one,
    );
    const nowMs = this.context.now();
    if (format === "json") this.out.document({ consumers } satisfies ConsumerListOutput);
    else if (format === "name") for (const { name } of consumers) this.out.print(name);
    else if (consumers.length === 0) this.out.note("none yet: `mcp consumer add <name>`");
    else {
      this.out.table(
        ["CONSUMER", "WAITING", "UNACKED", { name: "LAST ACKED", rank: 1 }, { name: "EVENTS", rank: 2 }],
        consumers.map(({ name, viewer, waiting, unacknowledged, lastActiveAt, filters }) => [
          viewer ? `${name} (viewer)` : name,
          waiting,
          unacknowledged,
          lastActiveAt === undefined ? "never" : `${ageText(nowMs - Date.parse(lastActiveAt))} ago`,
          filters.join(", "),
        ]),
        { wide: format === "wide" },
      );
    }
    return undefined;
  }

  async #viewers(): Promise<ReadonlySet<string>> {
    const isNamed = this.identity !== undefined;
    const dir = await (isNamed ? this.demandIdentityDir() : this.identityDir().catch(() => undefined)); // the list needs none
    return new Set(await dir?.accountNames("viewer"));
  }
}
