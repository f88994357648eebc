/** The state of one service on one node before a change: stored, seen, accepted and reported. */
import type { JunkDesired, StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { ServiceName } from "../../values/names.ts";
import type { NodeAgent } from "../fleet/require-agent.ts";

export interface ServiceSnapshot extends NodeAgent {
  readonly service: ServiceName;
  /** What the bus holds. */
  readonly stored: StoredDesired | undefined;
  /** What this workstation last saw. */
  readonly seen: StateRef | undefined;
  /** What the node says it accepted. */
  readonly accepted: StateRef | undefined;
  /** What the bus holds instead, and counts for nothing. */
  readonly junk?: JunkDesired;
  /** Stored documents of the service, where they are needed to show that `stored` descends from `accepted`. */
  readonly history?: readonly DesiredService[];
  /** The incarnation in the record of the node, if it has one. */
  readonly incarnation?: string | undefined;
  /** The last report of the node. */
  readonly report?:
    | Pick<ObservedService, "accepted" | "appliedGeneration" | "components" | "failure" | "refused" | "rejection">
    | undefined;
}
