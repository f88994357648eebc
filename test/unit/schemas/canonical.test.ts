/** Canonical JSON by RFC 8785: the RFC's own examples, and another implementation beside it over random values. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { canonicalText } from "../../../src/values/canonical.ts";
import { testCases } from "../../helpers/test-cases.ts";

describe("canonical JSON", () => {
  test("is the RFC's for its sample of keys, texts and numbers (3.2.2 and 3.2.3)", () => {
    const sample = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    assert.equal(
      canonicalText(sample),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("orders keys by their UTF-16 code units", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6", "10", "2"];
    const text = canonicalText(Object.fromEntries(keys.map((key, index) => [key, index])));
    const order = ["\r", "1", "10", "2", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
    assert.equal(text, `{${order.map((key) => `${JSON.stringify(key)}:${keys.indexOf(key)}`).join(",")}}`);
  });

  test("orders many keys as it does few", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${(index * 7919) % 1_000}`, index]));
    assert.equal(canonicalText(many), canonicalize(many));
  });

  test("is what another implementation makes of any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(canonicalText(value), canonicalize(value));
      }),
      { numRuns: testCases(2_000) },
    );
  });

  test("leaves undefined properties out, and refuses what is no JSON value", () => {
    assert.equal(canonicalText({ b: undefined, a: [undefined, -0] }), '{"a":[null,0]}');
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    for (const value of [undefined, Number.NaN, { a: Number.POSITIVE_INFINITY }, [1n], { f: () => 1 }, loop]) {
      assert.throws(() => canonicalText(value));
    }
  });

  test("refuses what is nested beyond reason", () => {
    const deep = { value: [] as unknown[] };
    for (let depth = 0; depth < 100_000; depth++) deep.value = [deep.value];
    assert.throws(() => canonicalText(deep), RangeError);
  });
});
