/** What the commands share that compare a definition with the stored state and with what this workstation has seen. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { openSeenStates, type SeenStates } from "../change/seen-states.ts";
import { BaseCommand } from "./base-command.ts";

export interface ChangeContext {
  readonly bus: OperatorBus;
  readonly seen: SeenStates;
}

export abstract class ChangeContextCommand extends BaseCommand {
  /** @throws McpError as connecting, E_CONFIG */
  protected async changeContext(): Promise<ChangeContext> {
    const [bus, settings] = await Promise.all([this.bus(), this.settings()]);
    return { bus, seen: openSeenStates(this.context.env, settings.bus?.servers ?? [], settings.context) };
  }
}
