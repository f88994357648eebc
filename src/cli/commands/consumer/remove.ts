/** `mcp consumer remove`: closes a consumer's account and forgets its place in the event stream. */
import { Option } from "clipanion";
import type { ConsumerRemoveOutput } from "../../../schemas/output/access-output.ts";
import { readPersonName } from "../../arguments/arguments.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { confirm } from "../../context/confirm.ts";

export class ConsumerRemoveCommand extends EnrolCommand {
  static override paths = [["consumer", "remove"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Shut a consumer of events out, and forget how far it read",
    details: "Its connection ends and its credentials count no more. The events themselves stay, for everybody else.",
    examples: [
      ["After asking", "$0 consumer remove pager"],
      ["In a script", "$0 consumer remove pager --yes"],
    ],
  });

  name = Option.String({ name: "consumer", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  async run() {
    const name = readPersonName("consumer remove", this.name);
    const dir = await this.demandIdentityDir();
    await confirm(this.context, {
      question: `Remove consumer ${name}, and forget how far it read?`,
      yes: this.yes,
      consequence: `this forgets how far ${name} read`,
    });
    const { removeConsumer } = await import("../../enrol/consumers.ts");
    await this.enrolled(dir, (enrolment) => removeConsumer(enrolment, name));
    if (this.json) this.out.document({ name } satisfies ConsumerRemoveOutput);
    else this.out.print(`${name}: removed`);
    return undefined;
  }
}
