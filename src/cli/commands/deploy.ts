/** `mcp deploy`: makes a definition, or one component of it, the desired state of its nodes. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeCommand } from "../base/change-command.ts";
import { changeRequestFor } from "../change/change-request.ts";
import type { Target } from "../change/execute-changes.ts";
import { makeChange } from "../change/make-change.ts";
import { type DeployTarget, readWanted } from "../change/read-deploy-target.ts";
import { type NodeSurvey, readSnapshot, requireKnownNode } from "../change/read-snapshot.ts";
import { leftBehind } from "../change/stale-nodes.ts";
import { stoppedHereText } from "../change/stopped-here.ts";
import { readSelector } from "../fleet/select.ts";
import { canRetry } from "../status/failure-advice.ts";
import { livenessOf } from "../status/node-liveness.ts";

/** True when the stored generation failed on a node that is online, and the same definition can succeed now. */
function failedOutside({ node, stored, observed, presence }: NodeSurvey): boolean {
  const failure = observed?.value.failure;
  if (failure === undefined || failure.generation !== stored?.document.generation) return false;
  return canRetry(failure) && livenessOf(node, presence).liveness === "online";
}

export class DeployCommand extends ChangeCommand {
  static override paths = [["deploy"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Make a definition the desired state of its nodes, and follow it until it runs",
    details: `Shows what changes, writes it, and prints each step as the node reports it. Containers whose component did not
change are left alone. A new version that does not come up is taken back, the old one serves on, and its last lines are shown (exit 9).

Nothing is written when somebody else changed the service since this workstation last saw it (exit 4); \`--force\` overwrites.
A node that is offline takes the newest state when it is back (exit 7). Ctrl-C only detaches.`,
    examples: [
      ["Deploy the service whose definition is <services dir>/web.toml", "$0 deploy web"],
      ["Only its component api, leaving the others as they are", "$0 deploy web/api"],
      ["A definition that lies elsewhere", "$0 deploy -f ./web.toml"],
      ["Write it with a reason and do not wait", "$0 deploy web -m 'new certificate' --no-wait"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  file = Option.String("-f,--file", {
    description: "read this definition instead of the one in the services directory",
  });
  force = Option.Boolean("--force", false, {
    description: "overwrite what others wrote, or go on where the bus has lost what the node accepted",
  });
  retry = Option.Boolean("--retry", false, { description: "try a failed version again although nothing changed" });

  protected readonly verb = "deploy";

  protected override whereToLook() {
    return `mcp status ${this.service?.split(/[/@]/)[0] ?? ""}`.trim();
  }

  async run() {
    this.validateOptions();
    const asked = this.service === undefined ? undefined : readSelector(this.service);
    await this.demandRight({ verb: this.verb, ...present({ service: asked?.service, node: asked?.node }) });
    const wanted = await readWanted(this.context, this);
    const bearings = await this.bearings();
    const surveys = await Promise.all(
      wanted.nodes.map((node) => readSnapshot(bearings, { service: wanted.spec.name, node })),
    );
    if (surveys.length > 1) this.requireRightsOnAll(bearings.bus, surveys);
    const targets = await Promise.all(surveys.map((one) => this.#target(bearings.bus, wanted, one)));
    for (const { survey: one } of targets) {
      const text = stoppedHereText(one.stored?.document, this.context.now());
      if (text !== undefined) this.out.note(text);
    }
    const working = this.carryOut(bearings, targets);
    const left = leftBehind(bearings.bus, wanted); // looked for while nodes are at work
    left.catch(() => undefined); // told below; until then nobody waits for it
    const code = await working;
    this.#tellLeftBehind(wanted, await left);
    return code;
  }

  async #target(bus: OperatorBus, wanted: DeployTarget, one: NodeSurvey): Promise<Target> {
    if (!this.force) await requireKnownNode(bus, one);
    const request = { ...changeRequestFor(wanted, one), force: this.force, retry: this.retry || failedOutside(one) };
    const target = { survey: one, change: makeChange(one, request, this.signature({ bus })) };
    const { document, differences } = target.change;
    if (!this.retry && document !== undefined && differences.length === 0 && failedOutside(one)) {
      const text = `${one.service}@${one.node}: generation ${target.change.before} failed for a reason outside the definition`;
      this.out.note(`${text}; trying again as generation ${document.generation}`);
    }
    return target;
  }

  /** A node that the definition no longer names keeps its containers: that is for people to decide. */
  #tellLeftBehind({ spec: { name } }: DeployTarget, nodes: readonly NodeName[]): void {
    if (this.context.signal.aborted) return;
    for (const node of nodes) {
      this.out.warn(`${name} keeps running on ${node}; remove it there with \`mcp undeploy ${name}@${node}\``);
    }
  }
}
