import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { reportOf } from "../../../src/cli/output/error-report.ts";
import { McpError, messageOf } from "../../../src/values/error.ts";
import { localError } from "../../../src/values/local-error.ts";

const MISSING = "/nonexistent/file";
const caught = () => readFile(MISSING).catch((error: unknown) => error);

describe("what an error says", () => {
  it("has no error number after the words for it", async () => {
    const bare = Object.assign(new Error("ENOENT"), { code: "ENOENT", errno: 0 });
    assert.equal(
      messageOf(new McpError("E_NOT_FOUND", "web/x does not exist", { cause: bare })),
      "web/x does not exist",
    );
    assert.equal(messageOf(localError(MISSING, await caught())), `${MISSING} does not exist on this machine`);
    assert.deepEqual(reportOf(localError(MISSING, await caught())).causes, []);
  });

  it("names a path once, with the reason", async () => {
    const error = new McpError("E_FILE", `${MISSING} cannot be read`, { cause: await caught() });
    assert.equal(messageOf(error), `${MISSING} cannot be read: no such file or directory`);
    assert.deepEqual(reportOf(error).causes, ["no such file or directory"]);
  });

  it("says in words that a directory was given instead of a file", async () => {
    const cause: unknown = await readFile("/").catch((error: unknown) => error);
    assert.equal(messageOf(new McpError("E_FILE", "no file", { cause })), "no file: illegal operation on a directory");
  });

  it("keeps the path of a cause that the message does not name", async () => {
    const error = new McpError("E_FILE", "cannot read the settings", { cause: await caught() });
    assert.equal(messageOf(error), `cannot read the settings: no such file or directory, open '${MISSING}'`);
  });
});
