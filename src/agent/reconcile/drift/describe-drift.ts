/** A drift as one line for people. Pure. */
import type { Drift } from "../../../schemas/service/drift.ts";

/** `web-api: not-running (state: want running, have exited (exit code 137))`. */
export function describeDrift(drift: Drift): string {
  const name = drift.containerName ?? drift.component ?? "a container";
  const details = drift.differences.map((d) => `${d.field}: want ${d.want}, have ${d.have}`);
  return details.length === 0 ? `${name}: ${drift.kind}` : `${name}: ${drift.kind} (${details.join("; ")})`;
}
