/** Keeps streams of answers alive while their reader renews them, and ends them when it falls silent or cancels. */
import { McpError } from "../schemas/error.ts";
import { REQUEST_LEASE_MS } from "../schemas/request.ts";
import { ChildController } from "./child-controller.ts";

export interface Lease {
  readonly signal: AbortSignal;
  /** True when its reader said that it wants no more, false when it only fell silent. */
  isCancelled(): boolean;
  close(): void;
}

export interface Leases {
  /** A signal that aborts when the lease of this request runs out, is cancelled, or `signal` aborts. */
  open(requestId: string, signal: AbortSignal): Lease;
  /** @throws McpError E_NOT_FOUND when there is no such stream (any more), so that its reader learns of it. */
  renew(requestId: string): void;
  cancel(requestId: string): void;
}

export function createLeases(): Leases {
  const leases = new Map<string, { readonly ended: AbortController; timer: NodeJS.Timeout; cancelled: boolean }>();
  const expire = (ended: AbortController) => setTimeout(() => ended.abort(), REQUEST_LEASE_MS).unref();
  return {
    open: (requestId, signal) => {
      const ended = new ChildController(signal);
      const lease = { ended, timer: expire(ended), cancelled: false };
      leases.set(requestId, lease);
      const close = () => {
        clearTimeout(lease.timer);
        ended.detach();
        leases.delete(requestId);
      };
      return { signal: ended.signal, isCancelled: () => lease.cancelled, close };
    },
    renew: (requestId) => {
      const lease = leases.get(requestId);
      if (lease === undefined) throw new McpError("E_NOT_FOUND", "the stream has ended: the agent was restarted");
      clearTimeout(lease.timer);
      lease.timer = expire(lease.ended);
    },
    cancel: (requestId) => {
      const lease = leases.get(requestId);
      if (lease === undefined) return;
      lease.cancelled = true;
      lease.ended.abort();
    },
  };
}
