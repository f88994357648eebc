import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearest } from "../../../src/values/nearest.ts";

describe("the nearest word", () => {
  const cases = [
    { word: "stat", known: ["start", "status", "stop"], is: "status", why: "begins with it" },
    { word: "log", known: ["login", "logout", "logs"], is: "logs", why: "begins with it and is the shortest" },
    { word: "ev", known: ["dev", "events"], is: "events", why: "two letters are a beginning" },
    { word: "l", known: ["list", "logs"], is: undefined, why: "one letter is not" },
    { word: "wbe", known: ["api", "web"], is: "web", why: "two changes away" },
    { word: "lisst", known: ["last", "list"], is: "list", why: "the fewest changes" },
    { word: "yaml", known: ["name", "wide"], is: undefined, why: "half of the letters differ" },
    { word: "postgres", known: ["web"], is: undefined, why: "nothing is near" },
  ];
  for (const { word, known, is, why } of cases) {
    it(`to "${word}" is ${is ?? "not there"}: ${why}`, () => assert.equal(nearest(word, known), is));
  }
});
