/** The agent's log: JSON lines on stdout. What could hold a secret is cut out by its key, wherever it stands. */
import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../../schemas/settings/settings-file.ts";

const SECRET_KEYS = ["env", "creds", "password", "token", "jwt", "seed", "authorization"];

/** Paths for pino: each key at the top and up to three levels down. */
const REDACT = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

/** @param stream where to, for tests; default: stdout */
export function createLogger(node: string, level: LogLevel, stream?: DestinationStream): Logger {
  const options = { level, base: { node }, redact: { paths: REDACT, censor: "(redacted)" } };
  return stream === undefined ? pino(options) : pino(options, stream);
}
