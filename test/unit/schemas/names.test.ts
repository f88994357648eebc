import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { containerName, isName, NAME_PATTERN, parseSelector } from "../../../src/values/names.ts";

const name = fc.stringMatching(NAME_PATTERN);

test("names are DNS labels", () => {
  for (const good of ["a", "7", "a-b", "web2", "x".repeat(63)]) assert.ok(isName(good), good);
  for (const bad of ["", "-a", "a-", "A", "a_b", "a.b", "a b", "ä", "*", ">", "x".repeat(64), "a\n"]) {
    assert.ok(!isName(bad), JSON.stringify(bad));
  }
});

test("a name is one subject token and one path part", () => {
  fc.assert(fc.property(name, (text) => isName(text) && !/[.*>\s/]/.test(text) && text !== "_" && text !== "_index"));
});

test("a component of its service's name gives one word", () => {
  assert.equal(containerName("web", "api"), "web-api");
  assert.equal(containerName("web", "web"), "web");
});

test("a selector is put together and taken apart without loss", () => {
  const option = fc.option(name, { nil: undefined });
  fc.assert(
    fc.property(name, option, option, (service, component, node) => {
      const text = service + (component === undefined ? "" : `/${component}`) + (node === undefined ? "" : `@${node}`);
      const expected = { service, ...(component && { component }), ...(node && { node }) };
      assert.deepEqual(parseSelector(text), expected);
    }),
  );
});

test("what is no selector is undefined", () => {
  for (const bad of [
    "",
    "@rift",
    "/api",
    "web/",
    "web@",
    "web@rift/api",
    "web/a/b",
    "web@a@b",
    "Web",
    "web/API",
    "web@ri.ft",
  ]) {
    assert.equal(parseSelector(bad), undefined, bad);
  }
});
