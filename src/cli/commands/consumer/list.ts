/** `mcp consumer list`: the consumers of events, and how far behind they are. */
import type { ConsumerListOutput, ListedConsumer } from "../../../schemas/output/access-output.ts";
import { formatOption, readFormat } from "../../arguments/format.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { ageText } from "../../output/age.ts";

export class ConsumerListCommand extends EnrollCommand {
  static override paths = [["consumer", "list"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "List consumers of events, and how many events wait for each",
    details: `It lists every durable consumer of the event stream, also those of viewers and of other tools. Viewers are marked if the
identity directory is here. WAITING: events not delivered yet. UNACKED: events delivered but not acknowledged. If one of them
only grows, the program is not running.`,
    examples: [
      ["List all consumers", "$0 consumer list"],
      [
        "Consumers with more than 100 waiting events",
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
    else if (consumers.length === 0) this.out.note("no consumers yet: add one with `mcp consumer add <name>`");
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
    const dir = await (isNamed ? this.requireIdentityDir() : this.identityDir().catch(() => undefined)); // the list needs none
    return new Set(await dir?.accountNames("viewer"));
  }
}
