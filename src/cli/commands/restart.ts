/** `mcp restart`: restarts the containers of a service, or of one component, where they run. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { RestartOutput } from "../../schemas/output/change-output.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import { McpError } from "../../values/error.ts";
import type { Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { gatherRestarts } from "../change/gather-restarts.ts";
import { EXIT } from "../context/exit-codes.ts";
import { askFleet } from "../fleet/ask-fleet.ts";
import { replyError } from "../fleet/reply-error.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { livenessText } from "../status/reason.ts";

/** Stopping may take each component's own stop timeout, so a node that is there is given time. */
const PATIENCE_MS = 120_000;
/** For nodes thought to be offline. */
const ABSENT_MS = 2_000;

export class RestartCommand extends BaseCommand {
  static override paths = [["restart"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Restart the containers of a service, or of one component",
    details: `In the order of their dependencies. \`active\` is not changed, and neither is the desired state: a node that is not
there is not restarted later (exit 6, or 8 when other nodes were). Also ends a drift fight and forgets the delays between repairs.`,
    examples: [
      ["Restart all of web", "$0 restart web"],
      ["One component on one node", "$0 restart web/api@rift"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: true });

  async run() {
    const selector = readSelector(this.service);
    await this.requireRight({ verb: "restart", service: selector.service, ...present({ node: selector.node }) });
    const bus = await this.bus();
    const nodes = await this.#sightNodes(bus, selector);
    const output = gatherRestarts(await this.#ask(bus, selector, nodes), nodes, selector);
    const { restarted, silent, failed } = output;
    if (restarted.length === 0) refuse(output);
    if (this.json) this.out.document(output satisfies RestartOutput);
    else
      for (const { node, component } of restarted) this.out.print(`${selector.service}/${component}@${node} restarted`);
    for (const { node, message } of failed) this.out.warn(`${node}: ${message}`);
    for (const node of silent) this.out.warn(`no answer, nothing was restarted: ${livenessText(node)}`);
    return silent.length + failed.length === 0 ? EXIT.done : EXIT.partlyFailed;
  }

  async #sightNodes(bus: OperatorBus, selector: Selector): Promise<NodeLiveness[]> {
    const stored = await resolveSelector(bus, selector);
    return await Promise.all(
      stored.map(async ({ document: { node } }) => livenessOf(node, await bus.readPresence(node))),
    );
  }

  #ask(bus: OperatorBus, { service, component }: Selector, nodes: readonly NodeLiveness[]) {
    const expected = nodes.filter(({ liveness }) => liveness === "online").map(({ node }) => node);
    return askFleet(bus, {
      body: { verb: "restart", service, ...(component === undefined ? {} : { component }) },
      nodes: nodes.map(({ node }) => node),
      expectedNodes: { expected, othersToo: nodes.length > expected.length },
      idleMs: expected.length > 0 ? PATIENCE_MS : ABSENT_MS,
      signal: this.context.signal,
    });
  }
}

/** Nothing at all was restarted: that is a failure, not an empty list. */
function refuse({ silent, failed }: RestartOutput): never {
  const [first] = failed;
  const where = [...failed.map(({ node, message }) => `${node}: ${message}`), ...silent.map(livenessText)].join("; ");
  if (first !== undefined && failed.length + silent.length === 1) throw replyError(first.node, first);
  if (first !== undefined) throw new McpError("E_NODE_FAILED", `nothing was restarted: ${where}`);
  throw new McpError("E_NODE_UNREACHABLE", `no answer, nothing was restarted: ${where}`);
}
