/** `mcp node remove`: forgets a node; never anything that runs on it. */
import { Option } from "clipanion";
import { isTombstone } from "../../../schemas/desired.ts";
import { McpError } from "../../../schemas/error.ts";
import type { NodeRemoveOutput } from "../../../schemas/json-node-output.ts";
import type { NodeName, ServiceName } from "../../../schemas/names.ts";
import { readNodeName } from "../../arguments.ts";
import { confirm } from "../../confirm.ts";
import { demandNode, readNodes } from "../../fleet.ts";
import { BaseCommand } from "../base.ts";

export class NodeRemoveCommand extends BaseCommand {
  static override paths = [["node", "remove"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "Forget a node that is gone for good",
    details: `Removes its record and its last sign of life from the bus, and touches nothing that runs on it. Refused while services are
desired there, unless --force: then they stay desired, for a node of that name. An agent that still runs shows up again.`,
    examples: [
      ["A machine that was taken away, after asking", "$0 node remove rift"],
      ["In a script", "$0 node remove rift --yes"],
    ],
  });

  name = Option.String({ name: "node", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, { description: "although services are desired there" });

  async run() {
    const node = readNodeName("node remove", this.name);
    const bus = await this.bus();
    const [known, stored] = await Promise.all([readNodes(bus), bus.listDesired({ node })]);
    const { liveness } = demandNode(node, known);
    const desired = stored.flatMap(({ document }) => (isTombstone(document) ? [] : [document.service])).sort();
    if (!this.force) refuseDesired(node, desired);
    const isOnline = liveness === "online";
    await confirm(this.context, {
      question: `Forget node ${node}${isOnline ? ", which is online" : ""}?`,
      yes: this.yes,
      consequence: `this forgets node ${node}`,
    });
    await bus.removeNode(node);
    if (this.json) this.out.document({ node, desired } satisfies NodeRemoveOutput);
    else this.out.print(`${node}: forgotten`);
    if (isOnline) this.out.warn(`the agent of ${node} still runs and will show up again: stop it there`);
    if (desired.length > 0) this.out.warn(`still desired on ${node}: ${desired.join(", ")}`);
    return undefined;
  }
}

/** @throws McpError E_UNCONFIRMED */
function refuseDesired(node: NodeName, desired: readonly ServiceName[]): void {
  const [first] = desired;
  if (first === undefined) return;
  throw new McpError(
    "E_UNCONFIRMED",
    `${desired.join(", ")} ${desired.length === 1 ? "is" : "are"} desired on ${node}`,
    {
      hint: `remove them first (\`mcp undeploy ${first}@${node}\`), or repeat with \`--force\``,
    },
  );
}
