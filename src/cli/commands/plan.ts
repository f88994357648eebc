/** `mcp plan`: what `mcp deploy` would change, without sending anything. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { McpError } from "../../schemas/error.ts";
import type { NodePlan, PlanOutput } from "../../schemas/json-change-output.ts";
import { present } from "../../schemas/present.ts";
import { leftBehind } from "../change/left-behind.ts";
import { makeChange } from "../change/make-change.ts";
import { readWanted, type Wanted } from "../change/read-wanted.ts";
import { signature } from "../change/signature.ts";
import { demandKnownNode, type NodeSurvey, survey } from "../change/survey.ts";
import { wishFor } from "../change/wish-for.ts";
import { EXIT } from "../exit-codes.ts";
import { styled } from "../output/cell.ts";
import { differenceLine } from "../output/words.ts";
import { sightingOf } from "../status/sight-nodes.ts";
import { BaseCommand } from "./base.ts";
import { SurveyCommand } from "./survey-command.ts";

export class PlanCommand extends SurveyCommand {
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

  async run() {
    const wanted = await readWanted(this.context, this);
    const bearings = await this.bearings();
    const surveys = await Promise.all(
      wanted.nodes.map((node) => survey(bearings, { service: wanted.spec.name, node })),
    );
    const plans = await Promise.all(surveys.map((one) => this.#planFor(bearings.bus, wanted, one)));
    const output: PlanOutput = { plans, leftBehind: await leftBehind(bearings.bus, wanted) };
    if (this.json) this.out.document(output);
    else this.#show(output);
    const isEmpty = plans.every(({ differences, refusal }) => differences.length === 0 && refusal === undefined);
    return isEmpty ? EXIT.done : EXIT.differences;
  }

  async #planFor(bus: OperatorBus, wanted: Wanted, one: NodeSurvey): Promise<NodePlan> {
    const wish = { ...wishFor(wanted, one), retry: false };
    const signed = signature(this.context, { command: "plan", message: undefined });
    const { liveness } = sightingOf(one.node, one.presence);
    const { differences, before } = makeChange(one, { ...wish, force: true }, signed);
    const refusal = await refusalOf(async () => {
      await demandKnownNode(bus, one);
      makeChange(one, { ...wish, force: false }, signed);
    });
    return { service: one.service, node: one.node, liveness, generation: before, differences, ...present({ refusal }) };
  }

  #show({ plans, leftBehind: left }: PlanOutput): void {
    for (const { service, node, generation, differences, refusal, liveness } of plans) {
      const what = differences.length === 0 ? "nothing to change" : `${differences.length} to change`;
      this.out.print(`${service}@${node}: `, styled("bold", what), ` (generation ${generation}, node ${liveness})`);
      for (const difference of differences) this.out.print(...differenceLine(difference));
      if (refusal !== undefined) this.out.warn(`deploy would refuse: ${refusal}`);
    }
    const name = plans[0]?.service;
    for (const node of left) {
      this.out.warn(`${name} would keep running on ${node}; remove it there with \`mcp undeploy ${name}@${node}\``);
    }
  }
}

/** What makes a change impossible without `--force`, in words. */
async function refusalOf(attempt: () => Promise<void>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof McpError) return error.message;
    throw error;
  }
}
