/** The error in a node's answer, as an error of this program. */

import type { ReplyError } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";
import type { NodeName } from "../../values/names.ts";

/** It has the node's own code where this program knows that code, E_NODE_FAILED otherwise. */
export function replyError(node: NodeName, { code, message, hint }: ReplyError): McpError {
  const known = isErrorCode(code) ? code : "E_NODE_FAILED";
  return new McpError(known, `${node}: ${message}`, hint === undefined ? {} : { hint });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_HINTS, code);
}
