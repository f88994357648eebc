/** The identity directory, if this workstation has one: is it private, and whose credentials expire. */

import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { expiryOf } from "../enroll/expiry.ts";
import { openIdentityDir } from "../identity/identity-dir.ts";

const name = "identity";

/** No checks for a workstation without one. @throws McpError E_FILE */
export async function identityChecks(path: string, nowMs: number): Promise<DoctorCheck[]> {
  try {
    const operators = await (await openIdentityDir(path)).operators();
    const states = operators.map((one) => ({ one, ...expiryOf(one, nowMs) }));
    const due = states.filter(({ state }) => state === "expires-soon" || state === "expired");
    const inForce = states.filter(({ state }) => state === "good" || state === "expires-soon").length;
    const good: DoctorCheck = {
      name,
      result: "ok",
      message: `${path}: ${inForce} operator${inForce === 1 ? "" : "s"} with valid credentials`,
    };
    const warnings = due.map(({ one, state }) => ({
      name,
      result: "warn" as const,
      message: `the credentials of ${one.name} ${state === "expired" ? "expired" : "expire"} at ${one.expiresAt}`,
      remedy: `mcp operator ${state === "expired" ? "remove" : "add"} ${one.name}${state === "expired" ? "" : " --renew"}`,
    }));
    return [good, ...warnings];
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND")) return [];
    if (!(error instanceof McpError)) throw error;
    return [{ name, result: "fail", message: error.message, remedy: error.hint }];
  }
}
