/** What is known of one service on one node before it is changed. */
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { StateRef } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";

export interface ServiceSnapshot {
  readonly node: NodeName;
  readonly service: ServiceName;
  /** What the bus holds. */
  readonly stored: StoredDesired | undefined;
  /** What this workstation last saw. */
  readonly seen: StateRef | undefined;
  /** What the node says it accepted. */
  readonly accepted: StateRef | undefined;
  /** The node's incarnation, where its record names one. */
  readonly incarnation?: string | undefined;
  /** What the node reported last. */
  readonly report?: Pick<ObservedService, "accepted" | "appliedGeneration" | "components" | "refused"> | undefined;
}
