/** `mcp undeploy`: retires a service by a tombstone; its containers are stopped and removed, its data is not. */
import { Option } from "clipanion";
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeCommand } from "../base/change-command.ts";
import type { ChangeContext } from "../base/change-context-command.ts";
import type { PlannedChange } from "../change/execute-changes.ts";
import { makeChange } from "../change/make-change.ts";
import { readSnapshot } from "../change/read-snapshot.ts";
import { confirm } from "../context/confirm.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";

export class UndeployCommand extends ChangeCommand {
  static override paths = [["undeploy"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Stop a service and remove its containers, keeping its data",
    details: `Writes a tombstone in place of the desired state: the only thing that makes a node remove containers of a service.
Volumes and files stay; so does the local definition, and \`mcp deploy\` brings the service back.`,
    examples: [
      ["Remove web from all its nodes, after asking", "$0 undeploy web"],
      ["From one node, in a script", "$0 undeploy web@rift --yes"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: true });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });
  force = Option.Boolean("--force", false, { description: "also when the bus has lost what the node accepted" });

  protected readonly verb = "undeploy";

  protected override whereToLook() {
    return "mcp list";
  }

  async run() {
    this.validateOptions();
    const selector = readSelector(this.service);
    if (selector.component !== undefined) {
      throw new McpError("E_USAGE", "undeploy takes a whole service", {
        hint: "to drop one component, delete it from the definition and deploy",
      });
    }
    await this.requireRight({ verb: this.verb, service: selector.service, ...present({ node: selector.node }) });
    const changeContext = await this.changeContext();
    const stored = await resolveSelector(changeContext.bus, selector);
    const nodes = stored.map(({ document }) => document.node).join(", ");
    this.requireRightsOnAll(
      changeContext.bus,
      stored.map(({ document }) => document),
    );
    await confirm(this.context, {
      question: `Stop ${selector.service} on ${nodes} and remove its containers? Its data stays.`,
      yes: this.yes,
    });
    const targets = await Promise.all(stored.map((one) => this.#target(changeContext, one)));
    const code = await this.executeAndReport(changeContext, targets);
    this.out.note(`data stays: volumes and files of ${selector.service} on ${nodes} are left as they are`);
    return code;
  }

  async #target(changeContext: ChangeContext, { document }: StoredDesired): Promise<PlannedChange> {
    const one = await readSnapshot(changeContext, document);
    const request = { spec: undefined, force: this.force, retry: false, checkSeen: false, whole: false };
    return { snapshot: one, change: makeChange(one, request, this.signature(changeContext)) };
  }
}
