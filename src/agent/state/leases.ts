/** Keeps streams of answers open while their reader renews them, and ends them when the reader stops or cancels. */

import { REQUEST_LEASE_MS } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { ChildController } from "./child-controller.ts";

export interface Lease {
  readonly signal: AbortSignal;
  /** True when its reader canceled it, false when the reader only stopped renewing. */
  isCanceled(): boolean;
  close(): void;
}

/** A request and its signer. */
export interface Reader {
  readonly request: string;
  /** The same for all requests of one signer; undefined when signatures are not required. */
  readonly signer: string | undefined;
}

export interface Leases {
  /** The lease's signal aborts when the lease expires, is canceled, or `signal` aborts. */
  open(reader: Reader, signal: AbortSignal): Lease;
  /** @throws McpError E_NOT_FOUND when this reader has no such stream (any more), so that the reader stops. */
  renew(reader: Reader): void;
  cancel(reader: Reader): void;
}

interface Held {
  readonly ended: AbortController;
  readonly signer: string | undefined;
  timer: NodeJS.Timeout;
  canceled: boolean;
}

export function createLeases(): Leases {
  const leases = new Map<string, Held>();
  const held = ({ request, signer }: Reader) => {
    const lease = leases.get(request);
    return lease?.signer === signer ? lease : undefined;
  };
  const expire = (ended: AbortController) => setTimeout(() => ended.abort(), REQUEST_LEASE_MS).unref();
  return {
    open: ({ request, signer }, signal) => {
      const ended = new ChildController(signal);
      const lease = { ended, signer, timer: expire(ended), canceled: false };
      leases.set(request, lease);
      const close = () => {
        clearTimeout(lease.timer);
        ended.detach();
        leases.delete(request);
      };
      return { signal: ended.signal, isCanceled: () => lease.canceled, close };
    },
    renew: (reader) => {
      const lease = held(reader);
      if (lease === undefined) {
        throw new McpError("E_NOT_FOUND", "the stream has ended: the agent has restarted", {
          hint: "run the command again",
        });
      }
      clearTimeout(lease.timer);
      lease.timer = expire(lease.ended);
    },
    cancel: (reader) => {
      const lease = held(reader);
      if (lease === undefined) return;
      lease.canceled = true;
      lease.ended.abort();
    },
  };
}
