import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shownDocument, strikeOut, withoutEnv } from "../../../src/schemas/service/redact.ts";
import { desiredCodec } from "../../../src/schemas/wire/codec.ts";
import { messageOf } from "../../../src/values/error.ts";
import { componentSpec, desiredService, serviceSpec, tombstone } from "../../helpers/fleet-builders.ts";

const spec = serviceSpec({ components: [componentSpec({ env: { TOKEN: "hunter2", LOG: "debug" } })] });

test("a document is shown with the names of env and without their values, retired or not", () => {
  const shown = shownDocument(desiredService({ spec }));
  assert.deepEqual("spec" in shown && shown.spec.components[0]?.env, { TOKEN: "***", LOG: "***" });
  assert.doesNotMatch(JSON.stringify(shownDocument(tombstone({ retired: spec }))), /hunter2|debug/);
  assert.match(JSON.stringify(shownDocument(tombstone({ retired: spec }))), /TOKEN/);
});

test("whatever is under env in a thing of any shape is hidden", () => {
  const details = { revision: 3, document: desiredService({ spec }), list: [{ env: ["TOKEN=hunter2"] }] };
  const hidden = JSON.stringify(withoutEnv(details));
  assert.doesNotMatch(hidden, /hunter2|debug/);
  assert.match(hidden, /"revision":3/);
});

test("other people's words are told with the variable's name in place of its value", () => {
  const env = { URL: "postgres://me:pw@db", PART: "postgres://me", SHORT: "8080" };
  assert.equal(strikeOut("cannot reach postgres://me:pw@db on 8080", env), "cannot reach $URL on 8080");
  assert.equal(strikeOut("postgres://me", env), "$PART");
  assert.equal(strikeOut('bad "a\\nb\\"c-d"', { X: 'a\nb"c-d' }), 'bad "$X"');
  assert.equal(strikeOut("line: second-line", { X: "first-line\nsecond-line" }), "line: $X");
  assert.equal(strikeOut("$& stays", { X: "stays!" }), "$& stays");
});

test("no value of six characters or more is left of a text, whatever it is and wherever it stands", () => {
  const value = fc.string({ unit: "grapheme", minLength: 6, maxLength: 20 });
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const name = "NAME";
      fc.pre(!name.includes(secret) && !`$${name}`.includes(secret));
      const told = strikeOut(`${before}${secret}${after}`, { [name]: secret });
      // What a replacement leaves may join to the same text again only where the name itself is a part of it.
      return !told.replaceAll(`$${name}`, "\0").includes(secret);
    }),
  );
});

test("a message that is no JSON is refused without a word of it", () => {
  assert.throws(
    () => desiredCodec.decode(Buffer.from('{"env": {"TOKEN": hunter2-hunter2}}')),
    (error) => !messageOf(error).includes("hunter2"),
  );
});

test("a value is struck out wherever it occurs", () => {
  assert.equal(strikeOut("secret-1 ".repeat(5), { PASSWORD: "secret-1" }), "$PASSWORD ".repeat(5));
});
