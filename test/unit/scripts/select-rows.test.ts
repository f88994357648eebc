/** `npm run bench -- --rows`: every name that the table shows is one that the option takes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ROWS } from "../../../bench/rows/index.ts";
import { selectRows } from "../../../bench/select-rows.ts";

const selected = (list: string | undefined) => selectRows(list, ROWS).map(({ id }) => id);

test("every row of the table can be asked for, by its number or with its letter", async () => {
  const text = await readFile(new URL("../../../bench/results.json", import.meta.url), "utf8");
  const names: string[] = JSON.parse(text).rows.map(({ id }: { id: string }) => id);
  assert.ok(names.includes("4a"));
  for (const name of names) assert.equal(selected(name).length, 1, name);
  assert.deepEqual(selected("4"), selected("3"));
  assert.deepEqual(selected("8, 1"), ["1", "8"]);
  assert.equal(selected(undefined).length, ROWS.length);
});

test("an unknown row is an error that names the rows", () => {
  assert.throws(() => selectRows("1,12", ROWS), /no row 12; the rows are 1, 2, 3, 4, 5/);
});
