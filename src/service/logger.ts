/**
 * The log of `mcp-agent` and `mcp-auth` on stdout: JSON lines for pipes and systemd, readable text at a terminal. Values
 * under a key that may hold a secret are removed, at any of the depths that are logged.
 */
import { type DestinationStream, pino } from "pino";
import type { LogLevel } from "../schemas/settings/settings-file.ts";
import type { LogFacts } from "./log-keys.ts";
import { readableLine } from "./readable-log.ts";

export interface LogCall {
  (message: string): void;
  (facts: LogFacts, message: string): void;
}

export interface ProgramLog {
  readonly debug: LogCall;
  readonly info: LogCall;
  readonly warn: LogCall;
  readonly error: LogCall;
}

const SECRET_KEYS = ["env", "creds", "password", "token", "jwt", "seed", "authorization"];

/** Paths for pino: each key at the top and up to three levels down. */
const REDACT = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Facts of every JSON line; text leaves them out. */
  readonly base?: LogFacts;
  /** Decides about colors. */
  readonly env?: NodeJS.ProcessEnv;
  /** Instead of stdout. */
  readonly stream?: DestinationStream & { readonly isTTY?: boolean };
}

export function createLogger({ level, base = {}, env = process.env, stream }: LoggerOptions): ProgramLog {
  const options = { level, base, redact: { paths: REDACT, censor: "(redacted)" } };
  const target = stream ?? process.stdout;
  if (target.isTTY !== true) return stream === undefined ? pino(options) : pino(options, stream);
  const color = !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const hidden = Object.keys(base);
  return pino(options, { write: (line: string) => void target.write(`${readableLine(line, { color, hidden })}\n`) });
}

/** Writes nothing. */
export const silentLog = (): ProgramLog => pino({ level: "silent" });
