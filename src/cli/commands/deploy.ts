/** `mcp deploy`: makes a definition, or one component of it, the desired state of its nodes. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeCommand } from "../base/change-command.ts";
import { changeRequestFor } from "../change/change-request.ts";
import type { PlannedChange } from "../change/execute-changes.ts";
import { makeChange } from "../change/make-change.ts";
import { type DeployTarget, readDeployTarget } from "../change/read-deploy-target.ts";
import { type NodeSnapshot, otherSpecs, readSnapshot, requireKnownNode } from "../change/read-snapshot.ts";
import { staleNodes } from "../change/stale-nodes.ts";
import { stoppedHereText } from "../change/stopped-here.ts";
import { movedImages } from "../fleet/moved-images.ts";
import { readSelector } from "../fleet/select.ts";
import { sharedNames, warnSharedNames } from "../fleet/shared-names.ts";
import { canRetry } from "../status/failure-advice.ts";
import { livenessOf } from "../status/node-liveness.ts";

/** True when the stored generation failed on a node that is online, and the same definition can succeed now. */
function failedOutside({ node, stored, observed, presence }: NodeSnapshot): boolean {
  const failure = observed?.value.failure;
  if (failure === undefined || failure.generation !== stored?.document.generation) return false;
  return canRetry(failure) && livenessOf(node, presence).liveness === "online";
}

export class DeployCommand extends ChangeCommand {
  static override paths = [["deploy"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Make a definition the desired state of its nodes, and follow it until it runs",
    details: `Shows what changes, writes it, and prints each step as the node reports it. Containers of unchanged components keep
running. If a new version does not start, the node restores the previous one and its last lines are shown (exit 9).

Nothing is written if somebody else changed the service since this workstation last saw it (exit 4); \`--force\` overwrites.
A node that is offline applies the newest state when it is back (exit 7). Ctrl-C only detaches: the deploy continues.`,
    examples: [
      ["Deploy the service whose definition is <services dir>/web.toml", "$0 deploy web"],
      ["Only its component api, leaving the others as they are", "$0 deploy web/api"],
      ["A definition in another directory", "$0 deploy -f ./web.toml"],
      ["Write it with a reason and do not wait", "$0 deploy web -m 'new certificate' --no-wait"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  file = Option.String("-f,--file", {
    description: "read this definition instead of the one in the services directory",
  });
  force = Option.Boolean("--force", false, {
    description: "overwrite what others wrote, also when the bus has lost accepted state",
  });
  retry = Option.Boolean("--retry", false, { description: "try a failed version again without a change" });

  protected readonly verb = "deploy";

  protected override whereToLook() {
    return `mcp status ${this.service?.split(/[/@]/)[0] ?? ""}`.trim();
  }

  async run() {
    this.validateOptions();
    const asked = this.service === undefined ? undefined : readSelector(this.service);
    await this.requireRight({ verb: this.verb, ...present({ service: asked?.service, node: asked?.node }) });
    const deployTarget = await readDeployTarget(this.context, this);
    const changeContext = await this.changeContext();
    const snapshots = await Promise.all(
      deployTarget.nodes.map((node) => readSnapshot(changeContext, { service: deployTarget.spec.name, node })),
    );
    if (snapshots.length > 1) this.requireRightsOnAll(changeContext.bus, snapshots);
    const targets = await Promise.all(snapshots.map((one) => this.#target(changeContext.bus, deployTarget, one)));
    for (const { snapshot: one } of targets) {
      const text = stoppedHereText(one.stored?.document, this.context.now());
      if (text !== undefined) this.out.note(text);
    }
    const working = this.executeAndReport(changeContext, targets);
    const stale = staleNodes(changeContext.bus, deployTarget); // read while the nodes work
    stale.catch(() => undefined); // awaited below
    const code = await working;
    this.#warnStaleNodes(deployTarget, await stale);
    return code;
  }

  async #target(bus: OperatorBus, deployTarget: DeployTarget, one: NodeSnapshot): Promise<PlannedChange> {
    if (!this.force) await requireKnownNode(bus, one);
    const asked = changeRequestFor(deployTarget, one);
    const question = { bus, signal: this.context.signal, note: (text: string) => this.out.note(text) };
    const request = {
      ...asked,
      moved: asked.spec === undefined ? [] : await movedImages(question, asked.spec, one),
      force: this.force,
      retry: this.retry || failedOutside(one),
    };
    const target = { snapshot: one, change: makeChange(one, request, this.signature({ bus })) };
    const { document, differences } = target.change;
    if (document !== undefined) warnSharedNames(this.out, { ...one, shared: sharedNames(asked.spec, otherSpecs(one)) });
    if (!this.retry && document !== undefined && differences.length === 0 && failedOutside(one)) {
      const text = `${one.service}@${one.node}: generation ${target.change.before} failed for a reason outside the definition`;
      this.out.note(`${text}; trying again as generation ${document.generation}`);
    }
    return target;
  }

  /** A node that the definition no longer names keeps its containers: people decide about them. */
  #warnStaleNodes({ spec: { name } }: DeployTarget, nodes: readonly NodeName[]): void {
    if (this.context.signal.aborted) return;
    for (const node of nodes) {
      this.out.warn(`${name} keeps running on ${node}; remove it there with \`mcp undeploy ${name}@${node}\``);
    }
  }
}
