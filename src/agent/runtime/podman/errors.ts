/**
 * Errors between us and podman as McpErrors: a connection that fails, a request that is refused (podman
 * answers `{cause, message}`), an invalid answer. Podman's own text stays in the message.
 */

import { strikeOut } from "../../../schemas/service/redact.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError, messageOf } from "../../../values/error.ts";
import type { ErrorCode } from "../../../values/error-codes.ts";
import { ANSWER_LOST } from "../runtime.ts";

/** A request that podman refused. */
export interface Refusal {
  readonly status: number;
  /** The innermost reason; the texts that we use are the same in every release. */
  readonly cause: string;
  readonly message: string;
}

/** Errors of connect(2): nobody listens, or we have no permission. */
const UNREACHABLE = new Set(["ENOENT", "ECONNREFUSED", "EACCES", "EPERM", "ENOTSOCK", "ENOTDIR"]);

/** The text of runc and crun when the kernel refused the key that each container of a rootless user needs. */
const NO_KEY_LEFT = /keyring.*disk quota exceeded/i;

const KEY_CAUSE = "the agent's user has no kernel key left for another container";
const KEY_HINT =
  "set `keyring = false` under [containers] in containers.conf and restart podman's service, or see `mcp-agent doctor`";

export function isUnreachable(failure: unknown): boolean {
  return UNREACHABLE.has(systemCode(failure) ?? "");
}

/** A host port that another program on the node holds. */
const PORT_IN_USE = /address already in use/;
const PORT_HINT =
  "find the program on the node with `ss -ltnup` and stop it, or choose another host port in the definition";

/** The error of a connection that could not be opened, or was lost. */
export function connectionError(what: string, socketPath: string, failure: unknown): McpError {
  if (failure instanceof McpError) return failure;
  const options = { cause: failure };
  if (isUnreachable(failure)) {
    return new McpError("E_RUNTIME_UNREACHABLE", `${what}: nothing answers at ${socketPath}`, options);
  }
  // A unix socket whose queue is full: podman is running but accepts no more connections.
  if (systemCode(failure) === "EAGAIN") {
    return new McpError("E_RUNTIME_TIMEOUT", `${what}: podman does not accept connections`, options);
  }
  return new McpError("E_RUNTIME", `${what}: the connection to podman was lost`, { ...options, details: ANSWER_LOST });
}

/** Reads podman's refusal from an answer's text; text of another form is quoted up to 200 characters. */
export function parseRefusal(status: number, text: string): Refusal {
  const parsed = parseObject(text);
  const word = (key: string) => (typeof parsed[key] === "string" ? parsed[key] : undefined);
  const message = word("message") ?? word("error") ?? (text.trim().slice(0, 200) || "no reason given");
  return { status, cause: word("cause") ?? message, message };
}

export function refused(code: ErrorCode, what: string, refusal: Refusal): McpError {
  const reason = `${refusal.message} (HTTP ${refusal.status})`;
  if (PORT_IN_USE.test(refusal.message)) return new McpError(code, `${what}: ${reason}`, { hint: PORT_HINT });
  if (!NO_KEY_LEFT.test(refusal.message)) return new McpError(code, `${what}: ${reason}`);
  return new McpError(code, `${what}: ${KEY_CAUSE}: ${reason}`, { hint: KEY_HINT });
}

/** The same error with every value of `env` removed: podman's message may quote the request. */
export function withoutSecrets(error: unknown, env: ComponentSpec["env"]): unknown {
  const text = messageOf(error);
  if (!(error instanceof McpError) || strikeOut(text, env) === text) return error;
  return new McpError(error.code, strikeOut(error.message, env), { hint: error.hint }); // the cause may quote it too
}

function systemCode(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined;
  const { code } = failure as NodeJS.ErrnoException;
  return code ?? systemCode(failure.cause);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // no JSON: the caller quotes the text itself
  }
}
