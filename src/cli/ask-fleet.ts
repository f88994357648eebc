/**
 * Asks every node at once, and waits no longer than it must: until each node that is expected has given its last
 * answer, then a moment for those thought to be offline, and in any case until nobody has answered for `idleMs`.
 */
import type { OperatorBus } from "../bus/operator-bus.ts";
import type { NodeName } from "../schemas/names.ts";
import type { AgentReply, RequestBody } from "../schemas/request.ts";

/** What a node that is thought to be offline gets once all others have answered. */
const LATECOMER_MS = 250;

export interface FleetQuestion {
  readonly body: RequestBody;
  /** Only these; absent: every node. */
  readonly nodes?: readonly NodeName[];
  /** Nodes worth waiting for: those that were alive a moment ago. */
  readonly expected: readonly NodeName[];
  /** True when others than the expected may answer too. */
  readonly othersToo: boolean;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Answers by node, in the order in which they came. */
export async function askFleet(bus: OperatorBus, question: FleetQuestion): Promise<Map<NodeName, AgentReply[]>> {
  const { body, nodes, expected, othersToo, idleMs, signal } = question;
  const enough = new AbortController();
  const options = {
    idleMs,
    signal: AbortSignal.any([signal, enough.signal]),
    ...(nodes === undefined ? {} : { nodes }),
  };
  const missing = new Set(expected);
  const answers = new Map<NodeName, AgentReply[]>();
  const timers: NodeJS.Timeout[] = [];
  try {
    for await (const reply of bus.ask(body, options)) {
      answers.set(reply.node, [...(answers.get(reply.node) ?? []), reply]);
      if (!reply.last || !missing.delete(reply.node) || missing.size > 0) continue;
      if (!othersToo) break;
      timers.push(setTimeout(() => enough.abort(), LATECOMER_MS));
    }
  } catch (error) {
    if (!enough.signal.aborted) throw error; // else it only says that we had enough
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  return answers;
}
