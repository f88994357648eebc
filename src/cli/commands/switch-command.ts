/** What `stop` and `start` share: `active` is set in the local definition, comments kept, and in the desired state. */
import { Option } from "clipanion";
import type { OperatorBus, StoredDesired } from "../../bus/operator-bus.ts";
import { isTombstone } from "../../schemas/desired.ts";
import { hasCode, McpError } from "../../schemas/error.ts";
import type { Selector } from "../../schemas/names.ts";
import type { Target } from "../change/carry-out.ts";
import { makeChange, refOf } from "../change/make-change.ts";
import type { SeenStates } from "../change/seen-states.ts";
import { survey } from "../change/survey.ts";
import { findDefinition } from "../definition/find-definition.ts";
import { setActive } from "../definition/patch-definition.ts";
import { readSelector, resolveSelector } from "../select.ts";
import { ChangeCommand } from "./change-command.ts";

export abstract class SwitchCommand extends ChangeCommand {
  service = Option.String({ name: "service[@node]", required: true });

  protected abstract readonly active: boolean;

  protected override lookAgain() {
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
    const [bus, seen] = await Promise.all([this.bus(), this.seenStates()]);
    const stored = await resolveSelector(bus, selector);
    await this.#patchDefinition(selector, stored);
    const targets = await Promise.all(stored.map((one) => this.#target(bus, seen, one)));
    return await this.carryOut(bus, seen, targets);
  }

  /** For one of several nodes only that node's state changes: the file speaks for all of them. */
  async #patchDefinition({ service, node }: Selector, stored: readonly StoredDesired[]): Promise<void> {
    const { servicesDir } = await this.context.settings(this.config);
    try {
      const definition = await findDefinition(servicesDir, service);
      if (node !== undefined && (definition.nodes.length > 1 || !definition.nodes.includes(node))) {
        return this.out.note(`${definition.path} is left as it is: it speaks for ${definition.nodes.join(", ")}`);
      }
      if (definition.spec.active === this.active) return;
      await setActive(definition, this.active);
      this.out.note(`${definition.path}: active = ${this.active}`);
    } catch (error) {
      if (!hasCode(error, "E_NOT_FOUND")) throw error;
      this.out.note(`no definition of ${service} here; changing its desired state on ${stored.length} node(s) only`);
    }
  }

  async #target(bus: OperatorBus, seen: SeenStates, { document }: StoredDesired): Promise<Target> {
    const { node, service } = document;
    const one = await survey(bus, seen, { service, node });
    if (one.stored === undefined || isTombstone(one.stored.document)) {
      throw new McpError("E_CONFLICT", `${service}@${node} was retired meanwhile`);
    }
    const spec = { ...one.stored.document.spec, active: this.active };
    const wish = { spec, force: false, retry: false, checkSeen: false };
    return { survey: one, change: makeChange(one, wish, this.signature()) };
  }
}

/** True when the state on the bus is the one this workstation saw last. */
export function isSeen({ stored, seen }: Target["survey"]): boolean {
  return stored !== undefined && refOf(stored.document).hash === seen?.hash;
}
