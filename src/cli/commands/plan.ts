/** `mcp plan`: what `mcp deploy` would change, without sending anything. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { McpError } from "../../schemas/error.ts";
import type { NodePlan, PlanOutput } from "../../schemas/json-output.ts";
import { makeChange } from "../change/make-change.ts";
import { differenceLine } from "../change/print-change.ts";
import { readWanted, type Wanted } from "../change/read-wanted.ts";
import { demandNoClash, type NodeSurvey, survey } from "../change/survey.ts";
import { EXIT } from "../exit-codes.ts";
import { styled } from "../output/cell.ts";
import { sightingOf } from "../status/sight-nodes.ts";
import { BaseCommand } from "./base.ts";
import { ChangeCommand } from "./change-command.ts";
import { leftBehind, wantedSpec } from "./deploy.ts";

export class PlanCommand extends ChangeCommand {
  static override paths = [["plan"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Show what deploying a definition would change, without sending anything",
    details: `Checks the definition, compares it with the desired state of each of its nodes, field by field, and says what
\`mcp deploy\` would refuse and why. Exit 0: nothing would change; 10: something would.`,
    examples: [
      ["What would deploying web change?", "$0 plan web"],
      ["A definition that lies elsewhere, for a program", "$0 plan -f ./web.toml --json"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  file = Option.String("-f,--file", {
    description: "read this definition instead of the one in the services directory",
  });

  protected readonly verb = "plan";

  async run() {
    const wanted = await readWanted(this.context, this);
    const [bus, seen] = await Promise.all([this.bus(), this.seenStates()]);
    const surveys = await Promise.all(
      wanted.nodes.map((node) => survey(bus, seen, { service: wanted.spec.name, node })),
    );
    const plans = surveys.map((one) => this.#planFor(wanted, one));
    const output: PlanOutput = { plans, leftBehind: await this.#leftBehind(bus, wanted) };
    if (this.json) this.out.document(output);
    else this.#show(output);
    const isEmpty = plans.every(({ differences, refusal }) => differences.length === 0 && refusal === undefined);
    return isEmpty ? EXIT.done : EXIT.differences;
  }

  async #leftBehind(bus: OperatorBus, { spec, nodes, selector }: Wanted) {
    return selector.node === undefined ? await leftBehind(bus, spec, nodes) : [];
  }

  #planFor(wanted: Wanted, one: NodeSurvey): NodePlan {
    const spec = wantedSpec(wanted, one);
    demandNoClash(spec, one);
    const { liveness } = sightingOf(one.node, one.presence);
    const { differences, before } = makeChange(
      one,
      { spec, force: true, retry: false, checkSeen: false },
      this.signature(),
    );
    const refusal = refusalOf(() =>
      makeChange(one, { spec, force: false, retry: false, checkSeen: true }, this.signature()),
    );
    const facts = { service: one.service, node: one.node, liveness, generation: before, differences };
    return refusal === undefined ? facts : { ...facts, refusal };
  }

  #show({ plans, leftBehind: left }: PlanOutput): void {
    for (const { service, node, generation, differences, refusal, liveness } of plans) {
      const what = differences.length === 0 ? "nothing to change" : `${differences.length} to change`;
      this.out.print(`${service}@${node}: `, styled("bold", what), ` (generation ${generation}, node ${liveness})`);
      for (const difference of differences) this.out.print(...differenceLine(difference));
      if (refusal !== undefined) this.out.warn(`deploy would refuse: ${refusal}`);
    }
    const [first] = plans;
    for (const node of left)
      this.out.warn(`${first?.service} would keep running on ${node}, which the definition no longer names`);
  }
}

/** What makes a change impossible without `--force`, in words. */
function refusalOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof McpError) return error.message;
    throw error;
  }
}
