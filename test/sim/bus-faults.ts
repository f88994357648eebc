/** What goes wrong with single calls to the bus, as planned by acts: lost acknowledgements, refusals, slow answers. */
import { McpError } from "../../src/values/error.ts";
import type { Turn } from "../twin/conduct.ts";
import type { Act } from "./acts.ts";

type BusFails = Extract<Act, { kind: "bus-fails" }>;

/** Longer than other calls take, so that they overtake it. */
const SLOW_MS = 3_000;

export class BusFaults {
  readonly #planned = new Map<string, BusFails["how"][]>();

  plan({ who, verb, how, times }: BusFails): void {
    const key = `${who} ${verb}`;
    this.#planned.set(key, [...(this.#planned.get(key) ?? []), ...Array<BusFails["how"]>(times).fill(how)]);
  }

  forgive(): void {
    this.#planned.clear();
  }

  /** How the next call goes, given how it would go without a fault. */
  next(who: string, verb: string, turn: Turn): Turn {
    const how = this.#planned.get(`${who} ${verb}`)?.shift();
    if (how === undefined) return turn;
    if (how === "slow") return { beforeMs: turn.beforeMs + SLOW_MS, afterMs: turn.afterMs + SLOW_MS };
    const error = new McpError("E_BUS_UNREACHABLE", `${verb}: no answer`);
    return { ...turn, fault: how === "refused" ? error : { late: error } };
  }
}
