/** Builders of a check: its name, its result, and the one command that fixes the problem. */
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";

export const ok = (name: string, message: string): DoctorCheck => ({ name, result: "ok", message });

export const warn = (name: string, message: string, remedy: string): DoctorCheck => ({
  name,
  result: "warn",
  message,
  remedy,
});

/** Makes a user for the agent; with systemd their services also run without a login. */
export const ordinaryUser = ({ systemd }: { readonly systemd: boolean }): string =>
  systemd ? "useradd --create-home mcp && loginctl enable-linger mcp" : "useradd --create-home mcp";

export const fail = (name: string, message: string, remedy: string): DoctorCheck => ({
  name,
  result: "fail",
  message,
  remedy,
});
