/** A subscriber of the event stream, as an operator runs it: `mcp events -f --json`, each line checked when it comes. */
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { eventually } from "./eventually.ts";
import { assertJson } from "./json-shape.ts";
import type { RunningProgram } from "./program.ts";
import type { Workstation } from "./workstation.ts";

export interface SeenEvent extends McpEvent {
  /** Unix milliseconds: when the line was read. */
  readonly seenMs: number;
}

export interface EventWatch {
  /** Everything so far. */
  all(): readonly SeenEvent[];
  /** The first event that matches, waited for. */
  next(what: string, match: (event: McpEvent) => boolean, timeoutMs?: number): Promise<SeenEvent>;
  /** SIGINT, and its end. */
  stop(): ReturnType<RunningProgram["stop"]>;
}

/** Returns once it follows: it has shown an event that was there before. */
export async function watchEvents(workstation: Workstation, ...args: readonly string[]): Promise<EventWatch> {
  const program = workstation.start("events", "-f", "--json", ...args);
  const seen: SeenEvent[] = [];
  program.onLine((line) => {
    seen.push({ ...assertJson("events-output", line), seenMs: Date.now() });
  });
  await eventually(() => seen.length > 0, { what: "the first event" });
  return {
    all: () => seen,
    next: async (what, match, timeoutMs = 10_000) => {
      const found = await eventually(() => seen.find(match), { what, timeoutMs });
      if (found === undefined) throw new Error("unreachable: eventually gives what is truthy");
      return found;
    },
    stop: () => program.stop("SIGINT"),
  };
}
