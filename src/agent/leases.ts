/** Keeps streams of answers alive while their reader renews them, and ends them when it falls silent or cancels. */
import { REQUEST_LEASE_MS } from "../schemas/request.ts";

export interface Leases {
  /** A signal that aborts when the lease of this request runs out, is cancelled, or `signal` aborts. */
  open(requestId: string, signal: AbortSignal): { readonly signal: AbortSignal; close(): void };
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
      if (lease === undefined) return;
      clearTimeout(lease.timer);
      lease.timer = expire(lease.ended);
    },
    cancel: (requestId) => leases.get(requestId)?.ended.abort(),
  };
}
