/** `mcp restart`: restarts the containers of a service, or of one component, where they run. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { McpError } from "../../schemas/error.ts";
import type { RestartOutput } from "../../schemas/json-output.ts";
import type { NodeName, Selector } from "../../schemas/names.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { replyError } from "../reply-error.ts";
import { readSelector, resolveSelector } from "../select.ts";
import { BaseCommand } from "./base.ts";

/** Stopping may take each component's own stop timeout, so the node is given time. */
const IDLE_MS = 120_000;

export class RestartCommand extends BaseCommand {
  static override paths = [["restart"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Restart the containers of a service, or of one component",
    details: `In the order of their dependencies. \`active\` is not changed, and neither is the desired state: a node that is not
there is not restarted later (exit 6). Also ends a drift fight and forgets the delays between repairs.`,
    examples: [
      ["Restart all of web", "$0 restart web"],
      ["One component on one node", "$0 restart web/api@rift"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: true });

  async run() {
    const selector = readSelector(this.service);
    const bus = await this.bus();
    const nodes = (await resolveSelector(bus, selector)).map(({ document }) => document.node);
    const silent = new Set<NodeName>(nodes);
    const errors: McpError[] = [];
    const restarted = await this.#ask(bus, selector, nodes, silent, errors);
    if (this.json) this.out.document({ restarted } satisfies RestartOutput);
    else
      for (const { node, component } of restarted) this.out.print(`${selector.service}/${component}@${node} restarted`);
    return this.#judge(nodes, silent, errors);
  }

  async #ask(
    bus: OperatorBus,
    { service, component }: Selector,
    nodes: NodeName[],
    silent: Set<NodeName>,
    errors: McpError[],
  ) {
    const restarted: RestartOutput["restarted"][number][] = [];
    const body = { verb: "restart", service, ...(component === undefined ? {} : { component }) } as const;
    const { signal } = this.context;
    for await (const reply of bus.ask(body, { nodes, idleMs: await this.#patience(bus, nodes), signal })) {
      if (reply.last) silent.delete(reply.node);
      if (reply.error !== undefined) errors.push(replyError(reply.node, reply.error));
      if (reply.body?.verb !== "restart") continue;
      restarted.push({ node: reply.node, component: reply.body.component, containerId: reply.body.containerId });
    }
    return restarted;
  }

  /** No long wait for nodes that are known not to be there. */
  async #patience(bus: OperatorBus, nodes: readonly NodeName[]): Promise<number> {
    const presences = await Promise.all(nodes.map((node) => bus.readPresence(node)));
    const there = presences.some((aged) => aged !== undefined && aged.ageMs < 60_000 && aged.value.leaving !== true);
    return there ? IDLE_MS : 2_000;
  }

  #judge(nodes: readonly NodeName[], silent: ReadonlySet<NodeName>, errors: readonly McpError[]): ExitCode {
    const [first] = errors;
    if (first !== undefined && nodes.length === 1) throw first;
    for (const error of errors) this.out.warn(error.message);
    if (silent.size === nodes.length) {
      throw new McpError("E_NODE_UNREACHABLE", `no answer from ${[...silent].join(", ")}: nothing was restarted`);
    }
    for (const node of silent) this.out.warn(`no answer from ${node}: nothing was restarted there`);
    return silent.size + errors.length === 0 ? EXIT.done : EXIT.partlyFailed;
  }
}
