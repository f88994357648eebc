/** Errors in answers of nodes, also of nodes whose agent is of another version. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replyError } from "../../../../src/cli/fleet/reply-error.ts";
import { requestCodec } from "../../../../src/schemas/wire/codec.ts";
import { McpError } from "../../../../src/values/error.ts";

describe("the error in a node's answer", () => {
  it("keeps the node's code and hint, and names the node", () => {
    const error = replyError("rift", { code: "E_NOT_FOUND", message: "no such service", hint: "look" });
    assert.deepEqual([error.code, error.message, error.hint], ["E_NOT_FOUND", "rift: no such service", "look"]);
  });

  it("is E_NODE_FAILED with a code that this program does not know", () => {
    assert.equal(replyError("rift", { code: "E_LATER", message: "?" }).code, "E_NODE_FAILED");
  });

  it("says what to update when the agent could not read the request, as agents of 0.1 answer requests of later versions", () => {
    const message = "request: $input.body is not (__type.o4 | __type.o2 | LogsQuery | __type.o17)";
    const error = replyError("rift", { code: "E_INVALID_MESSAGE", message });
    assert.equal(error.code, "E_UNSUPPORTED");
    assert.equal(error.message, "rift: its agent does not know this request");
    assert.match(error.hint ?? "", /^upgrade mcp-agent on rift/);
    const chunk = replyError("rift", { code: "E_INVALID_MESSAGE", message: "chunk 3 is not the next one" });
    assert.equal(chunk.code, "E_INVALID_MESSAGE");
  });
});

describe("a request that has no valid form", () => {
  it("is refused with the path of the wrong value, and without a list of types that have no name", () => {
    const bytes = Buffer.from(JSON.stringify({ version: 1, id: "r", author: "x", at: "", body: { verb: "later" } }));
    assert.throws(
      () => requestCodec.decode(bytes),
      (error) => error instanceof McpError && error.message === "request: $input.body is not valid",
    );
  });
});
