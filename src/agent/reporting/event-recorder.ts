/**
 * Stores events that do not belong to a change of a service. What they report has happened already, so events that the
 * store cannot take now, because its disk is full, are kept in memory and stored first when there is room.
 */
import pLimit from "p-limit";
import type { EventDraft, Store } from "../store/store.ts";
import { isWriteFailure } from "../store/store-error.ts";

/** Beyond this the oldest are dropped. */
const MAX_HELD = 1_000;

export interface EventRecorder {
  /** @throws McpError E_STORE only for a reason that room does not remove */
  record(...events: readonly EventDraft[]): Promise<void>;
  /** Events in memory only: an agent that ends now loses them. */
  held(): number;
}

/** @param onEvents called after events were stored */
export function createEventRecorder(store: Pick<Store, "append">, onEvents: () => void): EventRecorder {
  const held: EventDraft[] = [];
  const inTurn = pLimit(1);
  const storeHeld = async (added: readonly EventDraft[]) => {
    const batch = [...held, ...added];
    if (batch.length === 0) return;
    try {
      await store.append(batch);
      held.length = 0;
    } catch (error) {
      if (!isWriteFailure(error)) throw error;
      held.splice(0, held.length, ...batch.slice(-MAX_HELD));
      return;
    }
    onEvents();
  };
  return {
    record: (...events) => inTurn(() => storeHeld(events)),
    held: () => held.length,
  };
}
