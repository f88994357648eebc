import assert from "node:assert/strict";
import { it } from "node:test";
import { setTableValues } from "../../../src/toml/set-table-values.ts";
import { hasCode } from "../../../src/values/error.ts";

const set = (text: string) => setTableValues(text, "bus", { servers: ["tls://b"], ca: undefined, creds: "me.creds" });

it("changes, adds and takes away keys of the table, and leaves comments, order and other tables alone", () => {
  assert.equal(
    set(`# top\n[bus] # ours\nca = "x" # old\nservers = [\n  "tls://a",\n] # why\n\n[log]\nca = "y"\n`),
    `# top\n[bus] # ours\nservers = ["tls://b"] # why\ncreds = "me.creds"\n\n[log]\nca = "y"\n`,
  );
  assert.equal(set("[bus]\n[log]\n"), `[bus]\nservers = ["tls://b"]\ncreds = "me.creds"\n[log]\n`);
});

it("adds the table where there is none, and changes nothing that says the same", () => {
  const table = `[bus]\nservers = ["tls://b"]\ncreds = "me.creds"\n`;
  assert.equal(set("[log]"), `[log]\n\n${table}`);
  const same = `\uFEFF[bus]\r\ncreds='me.creds'\r\nservers=[ "tls://b" ]\r\n`;
  assert.equal(set(same), same);
});

it("leaves alone what it does not understand", () => {
  for (const text of ["[bus\n", "bus = 7\n", 'bus = { servers = ["tls://a"] }\n', "[[bus]]\n"]) {
    assert.throws(
      () => set(text),
      (error) => hasCode(error, "E_CONFIG"),
      text,
    );
  }
});
