/**
 * What a node's report says of a document on the bus that the node does not accept. Reports of agents up to 0.1 have two
 * fields for it (`regressed`, `refused`); agents write both forms until 0.3, and readers take either. Pure.
 */
import { present } from "../../values/present.ts";
import type { ObservedRejection, ObservedService } from "./observed.ts";

export type RejectionFields = Pick<ObservedService, "rejection" | "regressed" | "refused">;

/** @returns undefined when the node accepts what the bus holds */
export function rejectionOf({ rejection, regressed, refused }: RejectionFields): ObservedRejection | undefined {
  if (rejection !== undefined || regressed === undefined) return rejection;
  return { kind: refused === undefined ? "regressed" : "refused", reason: regressed, ...present({ writeId: refused }) };
}

/** The fields of a report, in the new form and in the one that readers up to 0.1 know. */
export function rejectionFields(rejection: ObservedRejection | undefined): RejectionFields {
  if (rejection === undefined) return {};
  const { kind, reason, writeId } = rejection;
  // Readers up to 0.1 take a document as refused when its write id is named.
  return { rejection, regressed: reason, ...(kind === "refused" ? present({ refused: writeId }) : {}) };
}
