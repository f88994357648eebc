/** What an operator can do about a change that failed on a node, and whether another try can help by itself. Pure. */
import type { Blocked, Failure } from "../../schemas/service/observed.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";

/**
 * Codes whose cause is the program or the definition: the same file fails again. Any other cause lies outside the file
 * (a registry, the network, a full disk, podman, a foreign container) and can be gone by now.
 */
const CAUSED_BY_FILE: readonly string[] = ["E_NODE_FAILED", "E_UNSUPPORTED", "E_DEFINITION"] satisfies ErrorCode[];

export function canRetry({ code }: Pick<Failure, "code">): boolean {
  return !CAUSED_BY_FILE.includes(code);
}

/** The node's own hint; else, as for 0.1 agents, that of the error code. Undefined where the code says nothing more. */
export function nodeHint({ code, hint }: Pick<Blocked, "code" | "hint">): string | undefined {
  if (hint !== undefined) return hint;
  if (code === undefined || code === "E_NODE_FAILED" || !Object.hasOwn(ERROR_HINTS, code)) return undefined;
  return ERROR_HINTS[code as ErrorCode];
}

/** The error code of a block; 0.1 agents do not report it. */
export function blockCode({ code, reason }: Pick<Blocked, "code" | "reason">): string | undefined {
  return code ?? (reason === "unsupported" ? "E_UNSUPPORTED" : undefined);
}

/** `api: exited at once (E_NODE_FAILED)`; a message that begins with the name of its component says it once. */
export function problemText(owner: string, { message, code }: Pick<Blocked, "message" | "code">): string {
  const isNamed = message.startsWith(`${owner}:`) || message.startsWith(`component ${owner}`);
  const text = isNamed ? message : `${owner}: ${message}`;
  return code === undefined || text.includes(code) ? text : `${text} (${code})`;
}
