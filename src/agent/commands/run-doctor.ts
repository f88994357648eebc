/** `mcp-agent doctor`: checks this node, and shows how to fix each problem with one command. */

import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { printChecks } from "../../service/print-checks.ts";
import { McpError, messageOf } from "../../values/error.ts";
import { examineNode } from "../doctor/examine.ts";
import { findAndReadSettings } from "./find-settings.ts";
import type { ProgramOptions } from "./open-ports.ts";

/** For all checks together; each has its own, shorter limit. */
const LIMIT_MS = 60_000;

/** @returns the exit code: 1 when a check fails; warnings leave it at 0. */
export async function runDoctor(options: ProgramOptions, json: boolean): Promise<number> {
  return printChecks(await settingsThenNode(options), json);
}

async function settingsThenNode(options: ProgramOptions): Promise<DoctorCheck[]> {
  const read = await findAndReadSettings(options).catch((error: unknown) => error);
  if (read instanceof McpError) return [failed(read)];
  if (read instanceof Error) throw read;
  const { settings, path } = read as Awaited<ReturnType<typeof findAndReadSettings>>;
  const message = `${path ?? "the environment"}: node ${settings.node}`;
  const checks = await examineNode(settings, options.env, AbortSignal.timeout(LIMIT_MS));
  return [{ name: "settings", result: "ok", message }, ...checks];
}

const failed = (error: McpError): DoctorCheck => ({
  name: "settings",
  result: "fail",
  message: messageOf(error),
  remedy: error.hint,
});
