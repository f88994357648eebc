/** What `mcp doctor` and `mcp-agent doctor` print with `--json`. */

/** `mcp doctor`. */
export interface DoctorOutput {
  readonly result: CheckResult;
  readonly checks: readonly DoctorCheck[];
}

export type CheckResult = "ok" | "warn" | "fail";

export interface DoctorCheck {
  /** Name of the check; stable. */
  readonly name: string;
  readonly result: CheckResult;
  readonly message: string;
  /** The command that fixes it, or what to do. */
  readonly remedy?: string;
}
