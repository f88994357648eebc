/** What `stop` and `start` share: `active` is set in the local definition, comments kept, and in the desired state. */
import { Option } from "clipanion";
import type { StoredDesired } from "../../bus/operator-bus.ts";
import { isTombstone } from "../../schemas/desired.ts";
import { hasCode, McpError } from "../../schemas/error.ts";
import type { Selector } from "../../schemas/names.ts";
import type { Target } from "../change/carry-out.ts";
import { makeChange } from "../change/make-change.ts";
import { survey } from "../change/survey.ts";
import { findDefinition } from "../definition/find-definition.ts";
import { setActive } from "../definition/patch-definition.ts";
import type { Definition } from "../definition/read-definition.ts";
import { readSelector, resolveSelector } from "../select.ts";
import { ChangeCommand } from "./change-command.ts";
import type { Bearings } from "./survey-command.ts";

export abstract class SwitchCommand extends ChangeCommand {
  service = Option.String({ name: "service[@node]", required: true });

  protected abstract readonly active: boolean;

  protected override whereToLook() {
    return `mcp status ${this.service.split("@")[0]}`;
  }

  async run() {
    this.timeoutMs();
    const selector = readSelector(this.service);
    if (selector.component !== undefined) {
      throw new McpError("E_USAGE", `${this.verb} takes a whole service, not the component "${selector.component}"`, {
        hint: `for one component there is \`mcp restart ${selector.service}/${selector.component}\``,
      });
    }
    const definition = await this.#findDefinition(selector);
    const bearings = await this.bearings();
    const stored = await resolveSelector(bearings.bus, selector);
    const targets = await Promise.all(stored.map((one) => this.#target(bearings, one)));
    if (definition !== undefined) await this.#patch(definition, selector);
    return await this.carryOut(bearings, targets);
  }

  /** Undefined when there is none on this workstation. @throws McpError E_DEFINITION: what cannot be read is not patched */
  async #findDefinition({ service }: Selector): Promise<Definition | undefined> {
    const { servicesDir } = await this.settings();
    try {
      return await findDefinition(servicesDir, service);
    } catch (error) {
      if (!hasCode(error, "E_NOT_FOUND")) throw error;
      this.out.note(`no definition of ${service} here; changing its desired state only`);
      return undefined;
    }
  }

  /** For one of several nodes only that node's state changes: the file speaks for all of them. */
  async #patch(definition: Definition, { node }: Selector): Promise<void> {
    const { path, nodes, spec } = definition;
    if (node !== undefined && (nodes.length > 1 || !nodes.includes(node))) {
      return this.out.note(`${path} is left as it is: it speaks for ${nodes.join(", ")}`);
    }
    if (spec.active === this.active) return;
    await setActive(definition, this.active);
    this.out.note(`${path}: active = ${this.active}`);
  }

  async #target(bearings: Bearings, { document }: StoredDesired): Promise<Target> {
    const one = await survey(bearings, document);
    if (one.stored === undefined || isTombstone(one.stored.document)) {
      throw new McpError("E_CONFLICT", `${one.service}@${one.node} was retired meanwhile`);
    }
    const spec = { ...one.stored.document.spec, active: this.active };
    const wish = { spec, force: false, retry: false, checkSeen: false, whole: false };
    return { survey: one, change: makeChange(one, wish, this.signature()) };
  }
}
