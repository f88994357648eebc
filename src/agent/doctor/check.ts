/** Builders of a check's line: what was looked at, the verdict, and the one command that mends it. */
import type { DoctorCheck } from "../../schemas/output/json-output.ts";

export const ok = (name: string, message: string): DoctorCheck => ({ name, result: "ok", message });

export const warn = (name: string, message: string, remedy: string): DoctorCheck => ({
  name,
  result: "warn",
  message,
  remedy,
});

export const fail = (name: string, message: string, remedy: string): DoctorCheck => ({
  name,
  result: "fail",
  message,
  remedy,
});
