/**
 * The ids of requests that this run of the agent has carried out, so that none is carried out twice. Each signer has a
 * memory of their own: a flood of one shuts nobody else out. When it is full, the older half (by their dates) is dropped,
 * and requests dated before that are refused; the caller refuses dates that are ahead of the clocks, so that passes.
 */
import type { AgentRequest } from "../../schemas/wire/request.ts";

const KEPT = 4_000;

export interface SeenRequests {
  /** False for a known request, or one older than all known ones of its signer; true once for any other. */
  isNew(signer: string, request: Pick<AgentRequest, "id" | "at">): boolean;
}

interface Memory {
  readonly dates: Map<string, number>;
  forgottenMs: number;
}

/** @param kept most ids of one signer */
export function createSeenRequests(kept = KEPT): SeenRequests {
  const signers = new Map<string, Memory>();
  return {
    isNew: (signer, { id, at }) => {
      const memory = signers.get(signer) ?? { dates: new Map<string, number>(), forgottenMs: Number.NEGATIVE_INFINITY };
      signers.set(signer, memory);
      const atMs = Date.parse(at);
      if (!(atMs > memory.forgottenMs) || memory.dates.has(id)) return false;
      memory.dates.set(id, atMs);
      if (memory.dates.size > kept) forget(memory, Math.ceil(kept / 2));
      return true;
    },
  };
}

function forget(memory: Memory, count: number): void {
  const oldest = [...memory.dates].sort(([, a], [, b]) => a - b).slice(0, count);
  for (const [id] of oldest) memory.dates.delete(id);
  memory.forgottenMs = Math.max(memory.forgottenMs, oldest.at(-1)?.[1] ?? memory.forgottenMs);
}
