/** Calls the alert command of the settings with one event, and says in words how it ended, without its arguments. */
import { basename } from "node:path";
import { type AlertCall, alertEnvironment } from "./alert-environment.ts";
import { type CommandEnd, runCommand } from "./run-command.ts";

export interface AlertCommand {
  /** The program and its arguments, which may hold secrets: never logged. */
  readonly command: readonly string[];
  /** The agent's own environment; only a few variables are passed on. */
  readonly env: NodeJS.ProcessEnv;
}

/** The command is killed after this. */
export const ALERT_LIMIT_MS = 30_000;

/** Shorter arguments are options like `-s` or values like `warning`, not secrets. */
const SECRET_LENGTH = 8;

/** The event as one line of JSON on stdin and in `MCP_EVENT_*`. Never rejects. */
export async function callAlertCommand(
  { command, env }: AlertCommand,
  call: AlertCall,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const run = {
    command,
    env: alertEnvironment(call, env),
    input: `${JSON.stringify(call.event)}\n`,
    limitMs: ALERT_LIMIT_MS,
  };
  const end = await runCommand(run, signal);
  const mask = (text: string) => masked(text, command.slice(1));
  const trouble = end.trouble === undefined ? {} : { trouble: mask(end.trouble) };
  return { ...end, ...trouble, stdout: mask(end.stdout), stderr: mask(end.stderr) };
}

/** Programs often print their arguments when they report an error. */
function masked(text: string, args: readonly string[]): string {
  const secrets = args.filter((arg) => arg.length >= SECRET_LENGTH).toSorted((a, b) => b.length - a.length);
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}

/** `notify ended with exit code 3: no route to host`. */
export function describeEnd(command: readonly string[], { exitCode, trouble, stderr }: CommandEnd): string {
  const how = exitCode === undefined ? trouble : `ended with exit code ${exitCode}`;
  const said = stderr.trim().replaceAll(/\s+/g, " ").slice(0, 500);
  return `${basename(command[0] ?? "")} ${how}${said === "" ? "" : `: ${said}`}`;
}
