/** `mcp consumer list`: who reads events, and how far behind they are. */
import type { ConsumerListOutput } from "../../../schemas/json-access-output.ts";
import { ageText } from "../../output/age.ts";
import { BaseCommand } from "../base.ts";

export class ConsumerListCommand extends BaseCommand {
  static override paths = [["consumer", "list"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "List the consumers of events, and what waits for each",
    details: `Every durable consumer of the event stream, those of viewers and of other tools too. WAITING is what it has not been given yet,
UNACKED what it was given and has not acknowledged: when one of them only grows, its program does not run.`,
    examples: [
      ["List them", "$0 consumer list"],
      [
        "Those with more than 100 events waiting",
        "$0 consumer list --json | jq '.consumers[] | select(.waiting > 100)'",
      ],
    ],
  });

  async run() {
    const consumers = await (await this.bus()).listEventConsumers();
    const nowMs = this.context.now();
    if (this.json) this.out.document({ consumers } satisfies ConsumerListOutput);
    else if (consumers.length === 0) this.out.note("none yet: `mcp consumer add <name>`");
    else {
      this.out.table(
        ["CONSUMER", "WAITING", "UNACKED", "LAST ACKED", "EVENTS"],
        consumers.map(({ name, waiting, unacknowledged, lastActiveAt, filters }) => [
          name,
          waiting,
          unacknowledged,
          lastActiveAt === undefined ? "never" : `${ageText(nowMs - Date.parse(lastActiveAt))} ago`,
          filters.join(", "),
        ]),
      );
    }
    return undefined;
  }
}
