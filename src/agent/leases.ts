/** Keeps streams of answers alive while their reader renews them, and ends them when it falls silent or cancels. */
import { McpError } from "../schemas/error.ts";
import { REQUEST_LEASE_MS } from "../schemas/request.ts";

export interface Leases {
  /** A signal that aborts when the lease of this request runs out, is cancelled, or `signal` aborts. */
  open(requestId: string, signal: AbortSignal): { readonly signal: AbortSignal; close(): void };
  /** @throws McpError E_NOT_FOUND when there is no such stream (any more), so that its reader learns of it. */
  renew(requestId: string): void;
  cancel(requestId: string): void;
}

export function createLeases(): Leases {
  const leases = new Map<string, { readonly ended: AbortController; timer: NodeJS.Timeout }>();
  const expire = (ended: AbortController) => setTimeout(() => ended.abort(), REQUEST_LEASE_MS).unref();
  return {
    open: (requestId, signal) => {
      const ended = new AbortController();
      const lease = { ended, timer: expire(ended) };
      leases.set(requestId, lease);
      const close = () => {
        clearTimeout(lease.timer);
        leases.delete(requestId);
      };
      return { signal: AbortSignal.any([signal, ended.signal]), close };
    },
    renew: (requestId) => {
      const lease = leases.get(requestId);
      if (lease === undefined) throw new McpError("E_NOT_FOUND", "the stream has ended: the agent was restarted");
      clearTimeout(lease.timer);
      lease.timer = expire(lease.ended);
    },
    cancel: (requestId) => leases.get(requestId)?.ended.abort(),
  };
}
