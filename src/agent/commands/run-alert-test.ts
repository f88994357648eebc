/** `mcp-agent alert test`: calls the alert command with a test event and shows how it ended. Needs only the settings. */
import { basename } from "node:path";
import type { AlertTestOutput } from "../../schemas/output/alert-output.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { McpError } from "../../values/error.ts";
import { callAlertCommand } from "../alerts/alert-command.ts";
import { type Clock, systemClock } from "../state/clock.ts";
import { eventMaker } from "../state/events.ts";
import { findAndReadSettings } from "./find-settings.ts";
import type { ProgramOptions } from "./open-ports.ts";

/** @returns the exit code: 0 when the command returned 0. @throws McpError E_CONFIG when no command is set */
export async function runAlertTest(options: ProgramOptions, json: boolean): Promise<number> {
  const { node, alerts } = (await findAndReadSettings(options)).settings;
  const [program] = alerts.command;
  if (program === undefined) {
    throw new McpError("E_CONFIG", "there is no alert command to test", {
      hint: 'set `[alerts] command = ["/usr/local/bin/notify"]` in agent.toml: a program and its arguments',
    });
  }
  const command = { command: alerts.command, env: options.env };
  const call = { alert: "test", event: testEvent(node, systemClock) } as const;
  const { tookMs, ...end } = await callAlertCommand(command, call, interrupted());
  const output: AlertTestOutput = { program: basename(program), ...end, tookMs: Math.round(tookMs), event: call.event };
  process.stdout.write(json ? `${JSON.stringify(output)}\n` : describe(output));
  return end.exitCode === 0 ? 0 : 1;
}

/** The command has a process group of its own: the terminal's signals do not reach it. */
function interrupted(): AbortSignal {
  const over = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => over.abort());
  return over.signal;
}

/** Looks like the most common alert, and is marked as a test. */
function testEvent(node: string, clock: Clock): McpEvent {
  const makeEvent = eventMaker(node, clock);
  const message = "this is a test of the alert command; nothing is wrong";
  const facts = { service: "test", component: "test", data: { drift: "missing", test: true } };
  return { ...makeEvent("drift-opened", message, facts), sequence: 0 };
}

function describe({ program, exitCode, trouble, tookMs, stdout, stderr }: AlertTestOutput): string {
  const how = exitCode === undefined ? trouble : `exit code ${exitCode}`;
  const lines = [`${program}: ${how} after ${tookMs} ms`, ...shown("stdout", stdout), ...shown("stderr", stderr)];
  return `${lines.join("\n")}\n`;
}

function shown(name: string, text: string): string[] {
  return text.trim() === ""
    ? []
    : [
        `${name}:`,
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `  | ${line}`),
      ];
}
