/** The exchange's log: JSON lines on stdout. Rule: no token, seed or JWT is ever handed to it; what looks like one by its key is cut out all the same. */
import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../schemas/settings/settings-file.ts";

const SECRET_KEYS = ["token", "jwt", "seed", "authorization", "password"];
const REDACT = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** @param stream in place of stdout, for tests */
export function createLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = { level, base: {}, redact: { paths: REDACT, censor: "(redacted)" } };
  return stream === undefined ? pino(options) : pino(options, stream);
}
