/**
 * Running transfers, by id. A transfer outlives the request that began it, so that a request after a lost connection
 * finds it again. It ends when its work ends, when its operator cancels it, or when no request came for some time. Its
 * result is kept for a short time, since the answer with it may have been lost.
 */
import { setMaxListeners } from "node:events";
import { TRANSFER_LEASE_MS } from "../../schemas/wire/file-transfer.ts";
import { McpError } from "../../values/error.ts";
import { ChildController } from "../state/child-controller.ts";

/** One transfer, as requests see it. */
export interface Transfer {
  /** Identifies the transfer in addition to its id, so that guessing an id gives no access to it. */
  readonly claim: string;
  /** Aborts when the transfer is canceled. */
  readonly signal: AbortSignal;
  /** Resolves when the work has ended, with success or failure; never rejects. */
  readonly settled: Promise<void>;
  cancel(why: McpError): void;
  /** Releases the agent's signal. Call it once `settled` has resolved. */
  release(): void;
}

interface Entry {
  readonly transfer: Transfer;
  /** Number of its open requests. */
  requests: number;
  timer?: NodeJS.Timeout;
}

/** More at once are refused: each holds buffers and an open file. */
const MAX_TRANSFERS = 32;
const RESULT_KEPT_MS = 5 * 60_000;

export class Transfers<T extends Transfer> {
  readonly #entries = new Map<string, Entry & { readonly transfer: T }>();
  readonly #active = new Set<string>();

  get(id: string): T | undefined {
    return this.#entries.get(id)?.transfer;
  }

  /**
   * The transfer with this id: the existing one, or a new one from `begin`.
   * @throws McpError E_REFUSED if it belongs to somebody else, E_NODE_FAILED if there are too many
   */
  attach(id: string, claim: string, begin: () => T): { readonly transfer: T; release(): void } {
    const entry = this.#entries.get(id) ?? this.#add(id, begin);
    if (entry.transfer.claim !== claim) throw new McpError("E_REFUSED", "this transfer belongs to somebody else");
    clearTimeout(entry.timer);
    entry.requests += 1;
    return { transfer: entry.transfer, release: () => this.#release(id, entry) };
  }

  #add(id: string, begin: () => T): Entry & { readonly transfer: T } {
    if (this.#active.size >= MAX_TRANSFERS) {
      throw new McpError("E_NODE_FAILED", `this node already has ${MAX_TRANSFERS} transfers running`, {
        hint: "try again when some have ended",
      });
    }
    const entry: Entry & { readonly transfer: T } = { transfer: begin(), requests: 0 };
    this.#entries.set(id, entry);
    this.#active.add(id);
    void entry.transfer.settled.then(() => {
      this.#active.delete(id);
      entry.transfer.release();
      setTimeout(() => this.#entries.delete(id), RESULT_KEPT_MS).unref();
    });
    return entry;
  }

  #release(id: string, entry: Entry): void {
    entry.requests -= 1;
    if (entry.requests > 0 || !this.#active.has(id)) return;
    const silent = new McpError("E_TIMEOUT", `no request for it for ${TRANSFER_LEASE_MS / 1000} s`);
    entry.timer = setTimeout(() => entry.transfer.cancel(silent), TRANSFER_LEASE_MS).unref();
  }
}

/** What cancels one transfer, or all of them with the agent. `life` is the agent's own signal. */
export function createCancellation(life: AbortSignal): Pick<Transfer, "signal" | "cancel" | "release"> {
  const controller = new ChildController(life);
  setMaxListeners(0, controller.signal);
  return {
    signal: controller.signal,
    cancel: (why) => controller.abort(why),
    release: () => controller.detach(),
  };
}
