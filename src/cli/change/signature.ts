/** Who writes, when, by which command and why: what every desired document is signed with. */
import { randomUUID } from "node:crypto";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { readMessage } from "../arguments/arguments.ts";
import type { CliContext } from "../context/context.ts";
import type { Signature } from "./make-change.ts";

export interface SignatureFacts extends Pick<Signature, "command" | "message"> {
  /** It knows who writes. */
  readonly bus: Pick<OperatorBus, "author">;
}

/** Each call is a write of its own, with a random id. @throws McpError E_USAGE for a message that is none */
export function signature(context: Pick<CliContext, "now">, { bus, command, message }: SignatureFacts): Signature {
  return {
    author: bus.author,
    at: new Date(context.now()).toISOString(),
    writeId: randomUUID(),
    command,
    message: readMessage(message),
  };
}
