/**
 * What goes wrong between us and podman, as McpErrors: a connection that fails, a request that is refused (podman
 * answers `{cause, message}`), an answer that cannot be right. Podman's own words stay in the message.
 */

import { strikeOut } from "../../../schemas/service/redact.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError, messageOf } from "../../../values/error.ts";
import type { ErrorCode } from "../../../values/error-codes.ts";

/** A request that podman refused. */
export interface Refusal {
  readonly status: number;
  /** The innermost reason, the same words in every release where it matters to us. */
  readonly cause: string;
  readonly message: string;
}

/** Errors of connect(2) that say that nobody listens, or nobody whom we may ask. */
const UNREACHABLE = new Set(["ENOENT", "ECONNREFUSED", "EACCES", "EPERM", "ENOTSOCK", "ENOTDIR"]);

/** How runc and crun say that the kernel refused the key which each container of a rootless user takes. */
const NO_KEY_LEFT = /keyring.*disk quota exceeded/i;

/** In the message, since a failure's message is all that operators are shown of it. */
const KEY_REMEDY =
  "this user has no kernel key left for another container (set `keyring = false` under [containers] in containers.conf and restart podman's service, or raise kernel.keys.maxkeys and kernel.keys.maxbytes)";

export function isUnreachable(failure: unknown): boolean {
  return UNREACHABLE.has(systemCode(failure) ?? "");
}

/** The error of a connection that could not be made or broke. */
export function connectionError(what: string, socketPath: string, failure: unknown): McpError {
  if (failure instanceof McpError) return failure;
  const options = { cause: failure };
  if (isUnreachable(failure)) {
    return new McpError("E_RUNTIME_UNREACHABLE", `${what}: nothing answers at ${socketPath}`, options);
  }
  // A unix socket whose queue is full: podman is there but accepts no more.
  if (systemCode(failure) === "EAGAIN") {
    return new McpError("E_RUNTIME_TIMEOUT", `${what}: podman accepts no connection`, options);
  }
  return new McpError("E_RUNTIME", `${what}: the connection to podman broke`, options);
}

/** Reads podman's refusal from an answer's text; text that is no such JSON is quoted up to 200 characters. */
export function parseRefusal(status: number, text: string): Refusal {
  const parsed = parseObject(text);
  const word = (key: string) => (typeof parsed[key] === "string" ? parsed[key] : undefined);
  const message = word("message") ?? word("error") ?? (text.trim().slice(0, 200) || "no reason given");
  return { status, cause: word("cause") ?? message, message };
}

export function refused(code: ErrorCode, what: string, refusal: Refusal): McpError {
  const known = NO_KEY_LEFT.test(refusal.message) ? `${KEY_REMEDY}: ` : "";
  return new McpError(code, `${what}: ${known}${refusal.message} (HTTP ${refusal.status})`);
}

/** The same error with every value of `env` struck out: what podman says of a request may quote it. */
export function withoutSecrets(error: unknown, env: ComponentSpec["env"]): unknown {
  const told = messageOf(error);
  if (!(error instanceof McpError) || strikeOut(told, env) === told) return error;
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
