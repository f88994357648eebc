/** `mcp plan`: what `mcp deploy` would change, without changing anything. */
import { Option } from "clipanion";
import type { PlanOutput } from "../../schemas/output/change-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeContextCommand } from "../base/change-context-command.ts";
import { planNode, printPlans } from "../change/node-plan.ts";
import { readDeployTarget } from "../change/read-deploy-target.ts";
import { readSnapshot } from "../change/read-snapshot.ts";
import { signature } from "../change/signature.ts";
import { staleNodes } from "../change/stale-nodes.ts";
import { stoppedHereText } from "../change/stopped-here.ts";
import { EXIT } from "../context/exit-codes.ts";

export class PlanCommand extends ChangeContextCommand {
  static override paths = [["plan"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Show what deploying a definition would change, without changing anything",
    details: `Checks the definition, compares it with the desired state of each of its nodes, field by field, and says what
\`mcp deploy\` would refuse and why. Nodes that are online check what they need: images, ports, paths and limits.
Exit 0: nothing would change; 10: something would, or could not be done.`,
    examples: [
      ["What would deploying web change?", "$0 plan web"],
      ["A definition in another directory, for a program", "$0 plan -f ./web.toml --json"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  file = Option.String("-f,--file", {
    description: "read this definition instead of the one in the services directory",
  });

  async run() {
    const deployTarget = await readDeployTarget(this.context, this);
    const changeContext = await this.changeContext();
    const snapshots = await Promise.all(
      deployTarget.nodes.map((node) => readSnapshot(changeContext, { service: deployTarget.spec.name, node })),
    );
    const { bus } = changeContext;
    const note = (text: string) => this.out.note(text);
    const ports = {
      bus,
      note,
      signal: this.context.signal,
      signed: signature(this.context, { bus, command: "plan", message: undefined }),
    };
    const planned = await Promise.all(snapshots.map((one) => planNode(ports, deployTarget, one)));
    const plans = planned.map(({ plan }) => plan);
    const output: PlanOutput = { plans, leftBehind: await staleNodes(changeContext.bus, deployTarget) };
    if (this.json) this.out.document(output);
    else printPlans(this.out, planned, output.leftBehind);
    for (const { stored } of snapshots) {
      const text = stoppedHereText(stored?.document, this.context.now());
      if (text !== undefined) this.out.note(text);
    }
    const isEmpty = plans.every(
      ({ differences, refusal, problems }) =>
        differences.length === 0 && refusal === undefined && problems === undefined,
    );
    return isEmpty ? EXIT.done : EXIT.differences;
  }
}
