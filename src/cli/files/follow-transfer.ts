/**
 * Follows one transfer until the last answer of the node. When the connection drops, it repeats the request with the same
 * id, and the node resumes. It fails if the node is silent for longer than the lease of the transfer.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { TRANSFER_LEASE_MS } from "../../schemas/wire/file-transfer.ts";
import type { PullOrder, PushOrder, ReplyBody } from "../../schemas/wire/request.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { replyError } from "../fleet/reply-error.ts";

/** A node that is online answers at once. */
const FIRST_IDLE_MS = 10_000;
/** The node may need longer to reconnect than this workstation. */
const LATER_IDLE_MS = 3_000;

export interface TransferRequest<T> {
  readonly node: NodeName;
  readonly order: PushOrder | PullOrder;
  readonly signal: AbortSignal;
  /** Called with each answer; a value other than undefined is the result. */
  onAnswer(body: ReplyBody): T | undefined;
}

/** @throws McpError the node's error, E_NODE_UNREACHABLE without an answer */
export async function followTransfer<T>(bus: OperatorBus, request: TransferRequest<T>): Promise<T> {
  const { node, signal } = request;
  const state = { answered: false, lastMs: performance.now() };
  for (;;) {
    try {
      const result = await askOnce(bus, request, state);
      if (result !== undefined) return result.value;
    } catch (error) {
      signal.throwIfAborted();
      if (!hasCode(error, "E_BUS_UNREACHABLE")) throw error;
      await waitForConnection(bus, request);
    }
    signal.throwIfAborted();
    if (performance.now() - state.lastMs > (state.answered ? TRANSFER_LEASE_MS : FIRST_IDLE_MS))
      throw silentError(node);
  }
}

async function askOnce<T>(
  bus: OperatorBus,
  { node, order, signal, onAnswer }: TransferRequest<T>,
  state: { answered: boolean; lastMs: number },
): Promise<{ readonly value: T } | undefined> {
  const body = state.answered ? ({ ...order, resume: true } as const) : order;
  const idleMs = state.answered ? LATER_IDLE_MS : FIRST_IDLE_MS;
  for await (const reply of bus.ask(body, { nodes: [node], idleMs, signal })) {
    if (reply.error !== undefined) throw replyError(node, reply.error);
    state.answered = true;
    state.lastMs = performance.now();
    const value = reply.body === undefined ? undefined : onAnswer(reply.body);
    if (value !== undefined) return { value };
  }
  return undefined;
}

async function waitForConnection(bus: OperatorBus, { node, signal }: TransferRequest<unknown>): Promise<void> {
  const over = AbortSignal.timeout(TRANSFER_LEASE_MS);
  await bus.files(node).connected(AbortSignal.any([signal, over]));
  if (over.aborted)
    throw new McpError("E_BUS_UNREACHABLE", `the bus was unreachable for ${TRANSFER_LEASE_MS / 1000} s`);
}

function silentError(node: NodeName): McpError {
  return new McpError("E_NODE_UNREACHABLE", `no answer from ${node}: the file there did not change`);
}
