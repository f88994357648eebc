/** `mcp deploy`: makes a definition, or one component of it, the desired state of its nodes. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { isTombstone } from "../../schemas/desired.ts";
import { McpError } from "../../schemas/error.ts";
import type { ComponentName, NodeName } from "../../schemas/names.ts";
import { didYouMean } from "../../schemas/nearest.ts";
import type { ServiceSpec } from "../../schemas/spec.ts";
import type { Target } from "../change/carry-out.ts";
import { makeChange } from "../change/make-change.ts";
import { mergeComponent } from "../change/merge-component.ts";
import { readWanted, type Wanted } from "../change/read-wanted.ts";
import { demandKnownNode, demandNoClash, type NodeSurvey, survey } from "../change/survey.ts";
import { BaseCommand } from "./base.ts";
import { ChangeCommand } from "./change-command.ts";

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
  force = Option.Boolean("--force", false, { description: "overwrite what others wrote, or what the bus lost" });
  retry = Option.Boolean("--retry", false, { description: "try a failed version again although nothing changed" });

  protected readonly verb = "deploy";

  protected override lookAgain() {
    return `mcp status ${this.service?.split(/[/@]/)[0] ?? ""}`.trim();
  }

  async run() {
    this.timeoutMs();
    const wanted = await readWanted(this.context, this);
    const [bus, seen] = await Promise.all([this.bus(), this.seenStates()]);
    const surveys = await Promise.all(
      wanted.nodes.map((node) => survey(bus, seen, { service: wanted.spec.name, node })),
    );
    const targets = await Promise.all(surveys.map((one) => this.#target(bus, wanted, one)));
    const code = await this.carryOut(bus, seen, targets);
    if (wanted.selector.node === undefined) await this.#tellLeftBehind(bus, wanted);
    return code;
  }

  async #target(bus: OperatorBus, wanted: Wanted, one: NodeSurvey): Promise<Target> {
    if (!this.force) await demandKnownNode(bus, one);
    const spec = wantedSpec(wanted, one);
    demandNoClash(spec, one);
    const wish = { spec, force: this.force, retry: this.retry, checkSeen: true };
    return { survey: one, change: makeChange(one, wish, this.signature()) };
  }

  /** A node that the definition no longer names keeps its containers: that is for people to decide. */
  async #tellLeftBehind(bus: OperatorBus, { spec, nodes }: Wanted): Promise<void> {
    for (const node of await leftBehind(bus, spec, nodes)) {
      this.out.warn(
        `${spec.name} keeps running on ${node}; remove it there with \`mcp undeploy ${spec.name}@${node}\``,
      );
    }
  }
}

/** The whole definition, or what is stored with one component replaced. */
export function wantedSpec({ spec, selector }: Wanted, { stored }: NodeSurvey): ServiceSpec {
  const { component } = selector;
  if (component === undefined) return spec;
  demandComponent(spec, component);
  const base = stored === undefined || isTombstone(stored.document) ? undefined : stored.document.spec;
  return mergeComponent(base, spec, component);
}

/** Nodes whose stored state has the service though the definition does not name them. */
export async function leftBehind(bus: OperatorBus, spec: ServiceSpec, nodes: readonly NodeName[]): Promise<NodeName[]> {
  const all = await bus.listDesired({ service: spec.name });
  return all.flatMap(({ document: d }) => (isTombstone(d) || nodes.includes(d.node) ? [] : [d.node]));
}

function demandComponent(spec: ServiceSpec, component: ComponentName): void {
  const names = spec.components.map(({ name }) => name);
  if (names.includes(component)) return;
  throw new McpError(
    "E_NOT_FOUND",
    `service "${spec.name}" has no component "${component}"${didYouMean(component, names)}`,
    {
      hint: `it has ${names.join(", ")}`,
    },
  );
}
