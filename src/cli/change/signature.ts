/** Author, time, command and message of a desired document. */
import { randomUUID } from "node:crypto";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { readMessage } from "../arguments/arguments.ts";
import type { CliContext } from "../context/context.ts";
import type { Signature } from "./make-change.ts";

export interface SignatureFacts extends Pick<Signature, "command" | "message"> {
  /** Knows the author. */
  readonly bus: Pick<OperatorBus, "author">;
}

/** Each call makes a new random write id. @throws McpError E_USAGE for an invalid message */
export function signature(context: Pick<CliContext, "now">, { bus, command, message }: SignatureFacts): Signature {
  return {
    author: bus.author,
    at: new Date(context.now()).toISOString(),
    writeId: randomUUID(),
    command,
    message: readMessage(message),
  };
}
