/** What a node answers instead of what it was asked for, as an error of this program. */

import type { ReplyError } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";
import type { NodeName } from "../../values/names.ts";

/** Carries the node's own code where this program knows it, E_NODE_FAILED otherwise. */
export function replyError(node: NodeName, { code, message, hint }: ReplyError): McpError {
  const known = isErrorCode(code) ? code : "E_NODE_FAILED";
  return new McpError(known, `${node}: ${message}`, hint === undefined ? {} : { hint });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_HINTS, code);
}
