/** What `stop` and `start` share: they set `active` in the local definition, keeping comments, and in the desired state. */
import { Option } from "clipanion";
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { isTombstone, type StoppedHere } from "../../schemas/service/desired.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { PlannedChange } from "../change/execute-changes.ts";
import { makeChange, type Signature } from "../change/make-change.ts";
import { readSnapshot } from "../change/read-snapshot.ts";
import { findDefinition } from "../definition/find-definition.ts";
import { setActive } from "../definition/patch-definition.ts";
import type { Definition } from "../definition/read-definition.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { ChangeCommand } from "./change-command.ts";
import type { ChangeContext } from "./change-context-command.ts";

export abstract class SwitchCommand extends ChangeCommand {
  service = Option.String({ name: "service[@node]", required: true });

  protected abstract readonly active: boolean;

  protected override whereToLook() {
    return `mcp status ${this.service.split("@")[0]}`;
  }

  async run() {
    this.validateOptions();
    const selector = readSelector(this.service);
    if (selector.component !== undefined) {
      throw new McpError("E_USAGE", `${this.verb} takes a whole service, not the component "${selector.component}"`, {
        hint: `for one component there is \`mcp restart ${selector.service}/${selector.component}\``,
      });
    }
    await this.requireRight({ verb: this.verb, service: selector.service, ...present({ node: selector.node }) });
    const changeContext = await this.changeContext();
    const stored = await this.#stored(changeContext, selector);
    const definition = await this.#findDefinition(selector);
    const alone = await this.#isAlone(changeContext, selector, definition);
    const targets = await Promise.all(stored.map((one) => this.#target(changeContext, one, alone)));
    this.requireRightsOnAll(
      changeContext.bus,
      stored.map(({ document }) => document),
    );
    if (definition !== undefined) await this.#patch(definition, selector);
    return await this.executeAndReport(changeContext, targets);
  }

  /** @throws McpError E_NOT_FOUND, for `start` with the command that deploys what is not deployed */
  async #stored({ bus }: ChangeContext, selector: Selector): Promise<StoredDesired[]> {
    try {
      return await resolveSelector(bus, selector);
    } catch (error) {
      if (!this.active || selector.node !== undefined || !(error instanceof McpError)) throw error;
      const isDefined = await findDefinition((await this.settings()).servicesDir, selector.service).then(
        () => true,
        () => false,
      );
      if (error.code !== "E_NOT_FOUND" || !isDefined) throw error;
      throw new McpError("E_NOT_FOUND", error.message, { hint: `deploy it: \`mcp deploy ${selector.service}\`` });
    }
  }

  /** Undefined without a definition on this workstation. @throws McpError E_DEFINITION: an invalid file is not changed */
  async #findDefinition({ service }: Selector): Promise<Definition | undefined> {
    const { servicesDir } = await this.settings();
    try {
      return await findDefinition(servicesDir, service);
    } catch (error) {
      if (!hasCode(error, "E_NOT_FOUND")) throw error;
      this.out.note(`there is no definition of ${service} on this workstation: only its desired state changes`);
      return undefined;
    }
  }

  /** Undefined keeps it: a service that is already stopped keeps the name of who stopped it. */
  #stoppedHere(alone: boolean, wasActive: boolean, { author, at }: Signature): StoppedHere | null | undefined {
    if (this.active || !alone) return null;
    return wasActive ? { by: author, at } : undefined;
  }

  /** True when one of several nodes is selected. */
  async #isAlone({ bus }: ChangeContext, selector: Selector, definition: Definition | undefined): Promise<boolean> {
    if (selector.node === undefined) return false;
    if (definition !== undefined) return !isForNode(definition, selector);
    const everywhere = await bus.listDesired({ service: selector.service });
    return everywhere.filter(({ document }) => !isTombstone(document)).length > 1;
  }

  /** For one of several nodes only the state of that node changes: the file is for all of them. */
  async #patch(definition: Definition, selector: Selector): Promise<void> {
    const { path, nodes, spec } = definition;
    if (!isForNode(definition, selector)) {
      return this.out.note(`${path} is not changed: it is for ${nodes.join(", ")}`);
    }
    if (spec.active === this.active) return;
    await setActive(definition, this.active);
    this.out.note(`${path}: active = ${this.active}`);
  }

  async #target(changeContext: ChangeContext, { document }: StoredDesired, alone: boolean): Promise<PlannedChange> {
    const one = await readSnapshot(changeContext, document);
    if (one.stored === undefined || isTombstone(one.stored.document)) {
      throw new McpError("E_CONFLICT", `${one.service}@${one.node} has just been retired by somebody else`);
    }
    const spec = { ...one.stored.document.spec, active: this.active };
    const signed = this.signature(changeContext);
    const stoppedHere = this.#stoppedHere(alone, one.stored.document.spec.active, signed);
    const request = { spec, force: false, retry: false, checkSeen: false, whole: false, ...present({ stoppedHere }) };
    return { snapshot: one, change: makeChange(one, request, signed) };
  }
}

/** True when the file is for this node only, or no node is selected. */
function isForNode({ nodes }: Definition, { node }: Selector): boolean {
  return node === undefined || (nodes.length === 1 && nodes.includes(node));
}
