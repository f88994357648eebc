/** `mcp adopt`: takes running containers under management as they are, without a restart. */

import { Option } from "clipanion";
import type { AdoptOutput } from "../../schemas/output/adopt-output.ts";
import type { ChangeResult } from "../../schemas/output/change-output.ts";
import { specOf } from "../../schemas/service/desired.ts";
import { hashOf } from "../../schemas/service/spec-hash.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { type AdoptionFile, planFile, writeFile } from "../adopt/adoption-file.ts";
import { describeContainers, type FindPorts, findContainers } from "../adopt/find-containers.ts";
import { type Match, readNamed } from "../adopt/match-containers.ts";
import { type Adoption, planAdoption, shownDefinition } from "../adopt/plan-adoption.ts";
import { printAdoption } from "../adopt/print-adoption.ts";
import { sortMatches } from "../adopt/sort-matches.ts";
import { BaseCommand } from "../base/base-command.ts";
import { ChangeCommand } from "../base/change-command.ts";
import type { ChangeContext } from "../base/change-context-command.ts";
import { makeChange } from "../change/make-change.ts";
import { exitOf, printResults } from "../change/print-change.ts";
import { type NodeSnapshot, readSnapshot } from "../change/read-snapshot.ts";
import { confirm } from "../context/confirm.ts";
import { EXIT } from "../context/exit-codes.ts";
import { warnFileDiffers } from "../definition/file-differs.ts";
import { readSelector } from "../fleet/select.ts";

interface Shown {
  readonly adoption: Adoption;
  readonly file: AdoptionFile;
  readonly result?: ChangeResult | undefined;
}

export class AdoptCommand extends ChangeCommand {
  static override paths = [["adopt"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Take running containers under management as they are, without a restart",
    details: `Adopts the running containers named <service>-<component> (or <service>), or those that --container names. Their settings, as
podman shows them, become the desired state and a definition, so that a plan shows no changes. First the command shows the definition, the
names of the variables whose values it contains, and what no definition can express: that is lost when the container is replaced.

An existing definition gets the new components if it agrees about all others. Otherwise it does not change.`,
    examples: [
      ["Show what adopting shop-api, shop-db … would come to", "$0 adopt shop --dry-run"],
      ["Adopt one of them, after asking", "$0 adopt shop/api"],
      [
        "Containers of other names, on one node, in a script",
        "$0 adopt shop@rift --container web1=web --container pg=db --yes",
      ],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: true });
  container = Option.Array("--container", [], { description: "NAME=COMPONENT: this container as that component" });
  dryRun = Option.Boolean("--dry-run", false, { description: "show it, and write nothing" });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  protected readonly verb = "adopt";

  protected override whereToLook() {
    return `mcp status ${this.service.split(/[/@]/)[0]}`;
  }

  async run() {
    this.validateOptions();
    const selector = readSelector(this.service);
    const named = readNamed(this.container, selector);
    await this.requireRight({ verb: this.verb, service: selector.service, ...present({ node: selector.node }) });
    const changeContext = await this.changeContext();
    const ports = this.#ports(changeContext);
    const found = await findContainers(ports, selector, named);
    const one = await readSnapshot(changeContext, { service: selector.service, node: found.node });
    const { toAdopt, owned, notRunning } = sortMatches(found, one);
    for (const { container } of owned) this.out.note(`${container.name} already belongs to ${selector.service}`);
    for (const { container } of notRunning) this.out.note(`${container.name} is not running and is not adopted`);
    if (toAdopt.length === 0) return await this.#nothing(one, owned);
    return await this.#adopt(changeContext, one, toAdopt);
  }

  async #adopt(changeContext: ChangeContext, one: NodeSnapshot, matches: readonly Match[]) {
    const ids = matches.map(({ container }) => container.id);
    const ports = this.#ports(changeContext);
    const described = await describeContainers(ports, { node: one.node, ids, env: false });
    const planned = planAdoption(one, matches, described);
    const definition = shownDefinition(planned.spec, one.node);
    const shownFile = await this.#file(one, planned);
    printAdoption(this.out, {
      ...one,
      components: planned.components,
      definition,
      file: shownFile,
      dryRun: this.dryRun,
    });
    if (this.dryRun) return this.#show(one, { adoption: planned, file: shownFile });
    await confirm(this.context, {
      question: `Adopt ${matches.length === 1 ? "this container" : `these ${matches.length} containers`}?`,
      yes: this.yes,
      consequence: "this takes over containers and writes the values of their variables",
    });
    const adoption = planAdoption(one, matches, await describeContainers(ports, { node: one.node, ids, env: true }));
    if (shownDefinition(adoption.spec, one.node) !== definition) {
      throw new McpError("E_CONFLICT", "the containers have changed since they were shown; nothing was adopted", {
        hint: "repeat the command",
      });
    }
    return await this.#adoptNow(changeContext, one, adoption);
  }

  /** The document first: if writing the file fails, the next call writes it. */
  async #adoptNow(changeContext: ChangeContext, one: NodeSnapshot, adoption: Adoption) {
    const { spec, adopt } = adoption;
    const request = { spec, adopt, force: false, retry: false, checkSeen: false, whole: false };
    const file = await this.#file(one, adoption);
    const target = { snapshot: one, change: makeChange(one, request, this.signature(changeContext)) };
    const results = await this.executeTargets(changeContext, [target]);
    await writeFile(file).catch((cause) => {
      const { code, message } = cause instanceof McpError ? cause : new McpError("E_FILE", messageOf(cause));
      const hint = "the containers are adopted; repeat the command, and it writes the definition";
      throw new McpError(code, message, { cause, hint });
    });
    this.#show(one, { adoption, file, result: results[0] });
    if (file.outcome === "kept") await this.#warnFile(one, adoption);
    return exitOf(results);
  }

  async #file(one: NodeSnapshot, { spec, adopt }: Pick<Adoption, "spec" | "adopt">): Promise<AdoptionFile> {
    const { node, service, stored } = one;
    const [{ servicesDir }, bus] = await Promise.all([this.settings(), this.bus()]);
    const elsewhere = (await bus.listDesired({ service })).filter((other) => {
      const same = specOf(other);
      return other.document.node !== node && same !== undefined && hashOf(same) === hashOf(spec);
    });
    const nodes = [node, ...elsewhere.map(({ document }) => document.node)].sort();
    const adopted = new Set([...Object.keys(adopt), ...Object.keys(stored?.document.adopted ?? {})]);
    return await planFile({ servicesDir, node, nodes, spec, adopted });
  }

  async #warnFile({ service, node }: NodeSnapshot, { spec }: Adoption): Promise<void> {
    const { servicesDir } = await this.settings();
    await warnFileDiffers(this.out, { servicesDir, service, specs: [{ node, spec }] });
  }

  /** All containers belong to the service already; a missing definition is still written. */
  async #nothing(one: NodeSnapshot, owned: readonly Match[]) {
    const spec = specOf(one.stored);
    if (spec === undefined || owned.length === 0) {
      throw new McpError("E_NOT_FOUND", `no such container is running on ${one.node}`, {
        hint: "start it first: only running containers are adopted",
      });
    }
    const adoption = { spec, adopt: {}, components: [] };
    const file = await this.#file(one, adoption);
    if (file.text !== undefined && file.isPrivate) {
      const names = spec.components.flatMap(({ env }) => Object.keys(env));
      this.out.note(`${file.path} holds values of ${[...new Set(names)].join(", ")}`);
    }
    if (!this.dryRun) await writeFile(file);
    this.#show(one, { adoption, file });
    return EXIT.done;
  }

  #show({ service, node }: NodeSnapshot, { adoption, file, result }: Shown) {
    const { path, outcome, isPrivate } = file;
    const output: AdoptOutput = {
      ...{ service, node, dryRun: this.dryRun, containers: adoption.components },
      definition: shownDefinition(adoption.spec, node),
      file: { path, outcome, private: isPrivate },
      ...present({ result }),
    };
    if (this.json) this.out.document(output);
    else this.#print(output);
    return EXIT.done;
  }

  #print({ service, node, containers, file, result, dryRun }: AdoptOutput): void {
    if (result !== undefined) printResults(this.out, [result], { verb: this.verb, utc: this.utc });
    else if (containers.length === 0) this.out.print(`${service}@${node}: nothing to adopt`);
    else this.out.print(`${service}@${node}: ${containers.length} to adopt; nothing was written`);
    const isWritten = !dryRun && (file.outcome === "created" || file.outcome === "extended");
    if (isWritten) this.out.print(`${file.path}: written`);
  }

  #ports({ bus }: ChangeContext): FindPorts {
    const { signal } = this.context;
    return { bus, signal, nowMs: this.context.now(), onProblem: (text) => this.out.warn(text) };
  }
}
