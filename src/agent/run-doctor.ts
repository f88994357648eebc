/** `mcp-agent doctor`: what is wrong on this node, each with the one command that mends it. */
import { messageOf } from "../schemas/error.ts";
import type { CheckResult, DoctorCheck, DoctorOutput } from "../schemas/json-output.ts";
import { examineNode } from "./doctor/examine.ts";
import type { ProgramOptions } from "./open-ports.ts";
import { type AgentSettings, readAgentSettings } from "./settings.ts";

/** For everything together; single looks have their own, shorter limits. */
const LIMIT_MS = 60_000;

/** @returns the exit code: 1 when a check fails; warnings leave it at 0. */
export async function runDoctor(options: ProgramOptions, json: boolean): Promise<number> {
  const checks = await settingsThenNode(options);
  const result = worst(checks);
  const text = json ? `${JSON.stringify({ result, checks } satisfies DoctorOutput, null, 2)}\n` : table(checks);
  process.stdout.write(text);
  return result === "fail" ? 1 : 0;
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

function table(checks: readonly DoctorCheck[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, result, message, remedy }) => [
    `${result.padEnd(4)}  ${name.padEnd(width)}  ${message}`,
    ...(remedy === undefined ? [] : [`${" ".repeat(width + 6)}  → ${remedy}`]),
  ]);
  return `${lines.join("\n")}\n`;
}

function worst(checks: readonly DoctorCheck[]): CheckResult {
  const results = new Set(checks.map(({ result }) => result));
  return (["fail", "warn", "ok"] as const).find((result) => results.has(result)) ?? "ok";
}
