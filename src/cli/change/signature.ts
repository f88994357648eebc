/** Who writes, when, by which command and why: what every desired document is signed with. */
import { randomUUID } from "node:crypto";
import type { CliContext } from "../context.ts";
import type { Signature } from "./make-change.ts";

/** Each call is a write of its own, with a random id. */
export function signature(context: CliContext, words: Pick<Signature, "command" | "message">): Signature {
  return {
    author: context.author(),
    at: new Date(context.now()).toISOString(),
    writeId: randomUUID(),
    ...words,
  };
}
