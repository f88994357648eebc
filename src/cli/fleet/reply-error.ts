/** The error in a node's answer, as an error of this program. */

import type { ReplyError } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";
import type { NodeName } from "../../values/names.ts";

/**
 * It has the node's own code where this program knows that code, E_NODE_FAILED otherwise. E_UNSUPPORTED where the node's agent is
 * of a version that does not know the request.
 */
export function replyError(node: NodeName, { code, message, hint }: ReplyError): McpError {
  if (isUnknownRequest(code, message)) return unknownRequest(node);
  const known = isErrorCode(code) ? code : "E_NODE_FAILED";
  return new McpError(known, `${node}: ${message}`, hint === undefined ? {} : { hint });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_HINTS, code);
}

/** Agents up to 0.1 list in one long line which requests they know; our requests are always well-formed. */
const isUnknownRequest = (code: string, message: string) =>
  code === "E_INVALID_MESSAGE" && message.startsWith("request: ");

function unknownRequest(node: NodeName): McpError {
  return new McpError("E_UNSUPPORTED", `${node}: its agent does not know this request`, {
    hint: `upgrade mcp-agent on ${node}; \`mcp node list\` shows its version`,
  });
}
