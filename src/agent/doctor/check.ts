/** Builders of a check: its name, its result, and the one command that fixes the problem. */
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";

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
