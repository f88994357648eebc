/** `mcp node remove`: cuts a node off and forgets it; never touches anything that runs on it. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../../bus/ports/operator-bus.ts";
import type { NodeRemoveOutput } from "../../../schemas/output/node-output.ts";
import { isTombstone } from "../../../schemas/service/desired.ts";
import type { SiteRecord } from "../../../schemas/settings/identity-file.ts";
import { McpError } from "../../../values/error.ts";
import type { NodeName, ServiceName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { confirm } from "../../context/confirm.ts";
import { siteNote } from "../../enrol/site-note.ts";
import { readNodes, requireNode } from "../../fleet/fleet.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";

export class NodeRemoveCommand extends EnrolCommand {
  static override paths = [["node", "remove"]];
  static override usage = EnrolCommand.describe({
    category: "Nodes",
    description: "Cut a node off for good, and forget it",
    details: `Closes the node's account, so that its connection ends within seconds and its credentials count no more, then removes its
record, its last sign of life and the files on their way to it. What runs on it runs on. A node that is added again under the name
is another one. Refused while services are desired there, unless --force: then they stay desired, for a node of that name.`,
    examples: [
      ["A machine that was taken away, after asking", "$0 node remove rift"],
      ["In a script", "$0 node remove rift --yes"],
    ],
  });

  name = Option.String({ name: "node", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, {
    description: "although services are desired there, which --yes does not cover",
  });

  async run() {
    const node = readNodeName("node remove", this.name);
    const dir = await this.identityDir();
    const bus = await this.busWith(dir);
    const key = dir && (await keyOf(dir, node));
    const { isOnline, desired, account } = await look(bus, { node, isOurs: key !== undefined });
    if (!this.force) refuseDesired(node, desired);
    if (dir === undefined && account !== undefined) throw keyElsewhere(node);
    const isOurs = key !== undefined || account !== undefined;
    await confirm(this.context, {
      question: `${isOurs ? "Cut off and forget" : "Forget"} node ${node}${isOnline ? ", which is online" : ""}?`,
      yes: this.yes,
      consequence: `this forgets node ${node}`,
    });
    const site = dir !== undefined && isOurs ? await this.#cutOff(dir, node, account) : undefined;
    if (!isOurs) await bus.removeNode(node);
    const what = `node ${node} ${isOurs ? "cut off and forgotten" : "forgotten"}`;
    await this.tell(dir, "node-removed", { message: what, data: { node, closed: isOurs, desired } });
    if (this.json)
      this.out.document({ node, desired, closed: isOurs, ...present({ site: site?.name }) } satisfies NodeRemoveOutput);
    else this.out.print(`${node}: ${isOurs ? "cut off and forgotten" : "forgotten"}`);
    if (site !== undefined) this.out.note(leftNote(site));
    if (isOnline && !isOurs) this.out.warn(`the agent of ${node} still runs and will show up again: stop it there`);
    if (desired.length > 0) this.out.warn(`still desired on ${node}: ${desired.join(", ")}`);
    return undefined;
  }

  async #cutOff(dir: IdentityDir, node: NodeName, account: string | undefined): Promise<SiteRecord | undefined> {
    const { removeNode } = await import("../../enrol/remove-node.ts");
    return await this.enrolled(dir, (enrolment) => removeNode(enrolment, node, account));
  }
}

function leftNote({ name, nodes }: SiteRecord): string {
  return nodes.length > 1 ? siteNote(name, "still knows it") : `site ${name} has no node any more; its server can go`;
}

/** The public key of the node's account, where it was enrolled from here. */
async function keyOf(dir: IdentityDir, node: NodeName): Promise<string | undefined> {
  const isKnown = (await dir.accountNames("node")).includes(node);
  return isKnown ? (await dir.accountKey("node", node)).publicKey : undefined;
}

interface Look {
  readonly isOnline: boolean;
  readonly desired: readonly ServiceName[];
  /** Public key of its account. */
  readonly account: string | undefined;
}

/** @throws McpError E_NOT_FOUND for a node that neither the bus nor the identity directory (`isOurs`) knows */
async function look(bus: OperatorBus, { node, isOurs }: { node: NodeName; isOurs: boolean }): Promise<Look> {
  const [known, stored, { record }] = await Promise.all([
    readNodes(bus),
    bus.listDesired({ node }),
    bus.readNode(node),
  ]);
  const sighting = isOurs ? known.find((one) => one.node === node) : requireNode(node, known);
  const desired = stored.flatMap(({ document }) => (isTombstone(document) ? [] : [document.service])).sort();
  return { isOnline: sighting?.liveness === "online", desired, account: record?.account };
}

/** Forgotten only, it could go on as before. */
function keyElsewhere(node: NodeName): McpError {
  return new McpError("E_NOT_FOUND", `node ${node} has an account, and the keys that close it are not here`, {
    hint: "name the identity directory of the bus with `--identity`",
  });
}

/** @throws McpError E_UNCONFIRMED */
function refuseDesired(node: NodeName, desired: readonly ServiceName[]): void {
  const [first] = desired;
  if (first === undefined) return;
  throw new McpError(
    "E_UNCONFIRMED",
    `${desired.join(", ")} ${desired.length === 1 ? "is" : "are"} desired on ${node}, so removing it takes --force`,
    {
      hint: `remove what is desired first (\`mcp undeploy ${first}@${node}\`), or repeat with \`--force\`: it stays desired then`,
    },
  );
}
