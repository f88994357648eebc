import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { it } from "node:test";
import { createLiveBlock } from "../../../../src/cli/output/live-block.ts";

it("erases every row of its lines, also when the terminal became narrower and broke them", () => {
  const written: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk))) });
  const terminal = Object.assign(stream, { isTTY: true, columns: 80 });
  const block = createLiveBlock(terminal);
  block.draw(["\u001b[1mtwenty characters 123\u001b[22m", "short"]);
  block.draw(["a"]);
  assert.ok(written.join("").includes("\u001b[2A\u001b[0J"));
  block.draw(["\u001b[1mtwenty characters 123\u001b[22m", "short"]);
  terminal.columns = 10;
  written.length = 0;
  block.draw(["b"]);
  assert.ok(written.join("").startsWith("\u001b[4A\u001b[0J"), JSON.stringify(written));
});
