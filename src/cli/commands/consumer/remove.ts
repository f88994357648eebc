/** `mcp consumer remove`: revokes a consumer's credentials and removes its position in the event stream. */
import { Option } from "clipanion";
import type { ConsumerRemoveOutput } from "../../../schemas/output/access-output.ts";
import { readPersonName } from "../../arguments/arguments.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { confirm } from "../../context/confirm.ts";

export class ConsumerRemoveCommand extends EnrollCommand {
  static override paths = [["consumer", "remove"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "Remove a consumer of events and revoke its credentials",
    details: "Its connection ends, and its position in the event stream is lost. The events stay for everyone else.",
    examples: [
      ["Remove a consumer, after a question", "$0 consumer remove pager"],
      ["In a script", "$0 consumer remove pager --yes"],
    ],
  });

  name = Option.String({ name: "consumer", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  async run() {
    const name = readPersonName("consumer remove", this.name);
    const dir = await this.requireIdentityDir();
    const { removeConsumer, requireConsumer, refuseViewer } = await import("../../enroll/consumers.ts");
    await refuseViewer({ dir }, name);
    await requireConsumer({ dir, bus: await this.busWith(dir) }, name);
    await confirm(this.context, {
      question: `Remove consumer ${name} and its position in the event stream?`,
      yes: this.yes,
      consequence: `this removes the position of ${name} in the event stream`,
    });
    await this.enrolled(dir, (enrollment) => removeConsumer(enrollment, name));
    if (this.json) this.out.document({ name } satisfies ConsumerRemoveOutput);
    else this.out.print(`${name}: removed`);
    return undefined;
  }
}
