import assert from "node:assert/strict";
import { it } from "node:test";
import { setNodeAddress } from "../../../../src/cli/settings/set-node-address.ts";
import { hasCode } from "../../../../src/values/error.ts";

const set = (text: string) => setNodeAddress(text, "rift", "192.0.2.7");

it("adds a table at the end, whatever stands there", () => {
  const table = '[[nodes]]\nname = "rift"\naddress = "192.0.2.7"\n';
  assert.equal(set(""), table);
  assert.equal(set("[bus]\n"), `[bus]\n\n${table}`);
  assert.equal(set("[bus] # no newline"), `[bus] # no newline\n\n${table}`);
  assert.equal(set("\uFEFF[bus]\r\n"), `\uFEFF[bus]\r\n\r\n${table.replaceAll("\n", "\r\n")}`);
});

it("changes the address that is there, and adds one where there is none", () => {
  const other = '[[nodes]]\nname = "orion"\naddress = "192.0.2.1"\n';
  assert.equal(
    set(`${other}[[nodes]]\naddress="old" # why\nname = "rift"\n`),
    `${other}[[nodes]]\naddress="192.0.2.7" # why\nname = "rift"\n`,
  );
  assert.equal(set(`[[nodes]]\nname = "rift"\n${other}`), `[[nodes]]\nname = "rift"\naddress = "192.0.2.7"\n${other}`);
});

it("leaves alone what it does not understand", () => {
  for (const text of ['nodes = [{ name = "rift" }]\n', 'nodes = [{ name = "orion" }]\n', "[[nodes]\n"]) {
    assert.throws(
      () => set(text),
      (error) => hasCode(error, "E_CONFIG"),
      text,
    );
  }
});
