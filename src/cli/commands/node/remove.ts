/** `mcp node remove`: revokes a node's credentials and removes its record; its containers keep running. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../../bus/ports/operator-bus.ts";
import type { NodeRemoveOutput } from "../../../schemas/output/node-output.ts";
import { isTombstone } from "../../../schemas/service/desired.ts";
import type { SiteRecord } from "../../../schemas/settings/identity-file.ts";
import { McpError } from "../../../values/error.ts";
import type { NodeName, ServiceName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { confirm } from "../../context/confirm.ts";
import { siteNote } from "../../enroll/site-note.ts";
import { readNodes, requireNode } from "../../fleet/fleet.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";

export class NodeRemoveCommand extends EnrollCommand {
  static override paths = [["node", "remove"]];
  static override usage = EnrollCommand.describe({
    category: "Nodes",
    description: "Remove a node and revoke its credentials",
    details: `It closes the node's account: the connection ends within seconds and the credentials are revoked. Then it removes the
record of the node, its last presence, and files in transfer. The containers on the node keep running. A node that is added again
under this name is a new one.

It refuses while services are desired on the node. With --force they stay desired, for the next node of that name.`,
    examples: [
      ["Remove a node, after a question", "$0 node remove rift"],
      ["In a script", "$0 node remove rift --yes"],
    ],
  });

  name = Option.String({ name: "node", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, {
    description: "also while services are desired there (--yes is not enough)",
  });

  async run() {
    const node = readNodeName("node remove", this.name);
    const dir = await this.identityDir();
    const bus = await this.busWith(dir);
    const key = dir && (await keyOf(dir, node));
    const { isOnline, desired, account } = await readNodeFacts(bus, { node, isOurs: key !== undefined });
    if (!this.force) refuseDesired(node, desired);
    if (dir === undefined && account !== undefined) throw keyElsewhere(node);
    const isOurs = key !== undefined || account !== undefined;
    await confirm(this.context, {
      question: `Remove node ${node}${isOnline ? ", which is online," : ""}${isOurs ? " and revoke its credentials" : ""}?`,
      yes: this.yes,
      consequence: `this removes node ${node}`,
    });
    const site = dir !== undefined && isOurs ? await this.#cutOff(dir, node, account) : undefined;
    if (!isOurs) await bus.removeNode(node);
    const what = `node ${node} removed${isOurs ? ", credentials revoked" : ""}`;
    await this.publishDone(dir, "node-removed", { message: what, data: { node, closed: isOurs, desired } });
    if (this.json)
      this.out.document({ node, desired, closed: isOurs, ...present({ site: site?.name }) } satisfies NodeRemoveOutput);
    else
      this.out.print(`${node}: removed${isOurs ? "; its credentials are revoked, its containers keep running" : ""}`);
    if (site !== undefined) this.out.note(leftNote(site));
    if (isOnline && !isOurs)
      this.out.warn(`the agent of ${node} is still running and will appear again: stop it on the node`);
    if (desired.length > 0) this.out.warn(`still desired on ${node}: ${desired.join(", ")}`);
    return undefined;
  }

  async #cutOff(dir: IdentityDir, node: NodeName, account: string | undefined): Promise<SiteRecord | undefined> {
    const { removeNode } = await import("../../enroll/remove-node.ts");
    return await this.enrolled(dir, (enrollment) => removeNode(enrollment, node, account));
  }
}

function leftNote({ name, nodes }: SiteRecord): string {
  return nodes.length > 1
    ? siteNote(name, "still has credentials of the node")
    : `site ${name} has no nodes left; its server is no longer needed`;
}

/** The public key of the node's account, if it was enrolled from here. */
async function keyOf(dir: IdentityDir, node: NodeName): Promise<string | undefined> {
  const isKnown = (await dir.accountNames("node")).includes(node);
  return isKnown ? (await dir.accountKey("node", node)).publicKey : undefined;
}

interface NodeFacts {
  readonly isOnline: boolean;
  readonly desired: readonly ServiceName[];
  /** Public key of its account. */
  readonly account: string | undefined;
}

/** @throws McpError E_NOT_FOUND for a node that neither the bus nor the identity directory (`isOurs`) knows */
async function readNodeFacts(
  bus: OperatorBus,
  { node, isOurs }: { node: NodeName; isOurs: boolean },
): Promise<NodeFacts> {
  const [known, stored, { record }] = await Promise.all([
    readNodes(bus),
    bus.listDesired({ node }),
    bus.readNode(node),
  ]);
  const sighting = isOurs ? known.find((one) => one.node === node) : requireNode(node, known);
  const desired = stored.flatMap(({ document }) => (isTombstone(document) ? [] : [document.service])).sort();
  return { isOnline: sighting?.liveness === "online", desired, account: record?.account };
}

/** Without the key the node could reconnect with its credentials. */
function keyElsewhere(node: NodeName): McpError {
  return new McpError("E_NOT_FOUND", `node ${node} has an account, and the keys to close it are not here`, {
    hint: "name the identity directory of the bus with `--identity`",
  });
}

/** @throws McpError E_UNCONFIRMED */
function refuseDesired(node: NodeName, desired: readonly ServiceName[]): void {
  const [first] = desired;
  if (first === undefined) return;
  throw new McpError("E_UNCONFIRMED", `node ${node} still has desired services: ${desired.join(", ")}`, {
    hint: `remove them first (\`mcp undeploy ${first}@${node}\`), or repeat with \`--force\`: they stay desired then`,
  });
}
