/** Keeps streams of answers open while their reader renews them, and ends them when the reader stops or cancels. */

import { REQUEST_LEASE_MS } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { ChildController } from "./child-controller.ts";
import type { Clock } from "./clock.ts";

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
  /** Ends the wait for its expiry. */
  keep(): void;
  canceled: boolean;
}

export function createLeases(clock: Clock): Leases {
  const leases = new Map<string, Held>();
  const held = ({ request, signer }: Reader) => {
    const lease = leases.get(request);
    return lease?.signer === signer ? lease : undefined;
  };
  return {
    open: ({ request, signer }, signal) => {
      const ended = new ChildController(signal);
      const lease = { ended, signer, keep: expireOn(clock, ended), canceled: false };
      leases.set(request, lease);
      const close = () => {
        lease.keep();
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
      lease.keep();
      lease.keep = expireOn(clock, lease.ended);
    },
    cancel: (reader) => {
      const lease = held(reader);
      if (lease === undefined) return;
      lease.canceled = true;
      lease.ended.abort();
    },
  };
}

/** Ends a lease after its time. @returns what prevents that */
function expireOn(clock: Clock, ended: AbortController): () => void {
  const kept = new AbortController();
  const expired = clock.sleep(REQUEST_LEASE_MS, kept.signal);
  void expired.then(() => ended.abort()).catch(() => undefined); // it rejects when the lease is kept
  return () => kept.abort();
}
