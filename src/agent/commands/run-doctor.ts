/** `mcp-agent doctor`: what is wrong on this node, each with the one command that mends it. */

import type { DoctorCheck } from "../../schemas/output/json-output.ts";
import { printChecks } from "../../service/print-checks.ts";
import { messageOf } from "../../values/error.ts";
import { examineNode } from "../doctor/examine.ts";
import { type AgentSettings, readAgentSettings } from "../state/settings.ts";
import type { ProgramOptions } from "./open-ports.ts";

/** For everything together; single looks have their own, shorter limits. */
const LIMIT_MS = 60_000;

/** @returns the exit code: 1 when a check fails; warnings leave it at 0. */
export async function runDoctor(options: ProgramOptions, json: boolean): Promise<number> {
  return printChecks(await settingsThenNode(options), json);
}

async function settingsThenNode(options: ProgramOptions): Promise<DoctorCheck[]> {
  const settings = await readSettings(options);
  if ("result" in settings) return [settings];
  const source = options.config ?? "the environment";
  const read = { name: "settings", result: "ok", message: `${source}: node ${settings.node}` } as const;
  return [read, ...(await examineNode(settings, options.env, AbortSignal.timeout(LIMIT_MS)))];
}

async function readSettings(options: ProgramOptions): Promise<AgentSettings | DoctorCheck> {
  try {
    return await readAgentSettings(options.config, options.env, options);
  } catch (error) {
    const remedy = "mend the settings; `--config` names their file";
    return { name: "settings", result: "fail", message: messageOf(error), remedy };
  }
}
