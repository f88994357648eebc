/**
 * The ids of requests that this run of the agent has carried out, so that none is carried out twice. Bounded without a clock:
 * if there are too many, the older half (by their own dates) is dropped, and requests dated before that are refused.
 */
import type { AgentRequest } from "../../schemas/wire/request.ts";

const KEPT = 10_000;

export interface SeenRequests {
  /** False for a known request, or one older than all known ones; true once for any other. */
  isNew(request: Pick<AgentRequest, "id" | "at">): boolean;
}

export function createSeenRequests(kept = KEPT): SeenRequests {
  const dates = new Map<string, number>();
  const state = { forgottenMs: Number.NEGATIVE_INFINITY };
  const forget = () => {
    const oldest = [...dates].sort(([, a], [, b]) => a - b).slice(0, Math.ceil(kept / 2));
    for (const [id] of oldest) dates.delete(id);
    state.forgottenMs = Math.max(state.forgottenMs, oldest.at(-1)?.[1] ?? state.forgottenMs);
  };
  return {
    isNew: ({ id, at }) => {
      const atMs = Date.parse(at);
      if (!(atMs > state.forgottenMs) || dates.has(id)) return false;
      dates.set(id, atMs);
      if (dates.size > kept) forget();
      return true;
    },
  };
}
