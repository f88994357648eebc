/** Which values have a canonical form. */
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { canonicalText, hasCanonicalForm } from "../../../src/values/canonical.ts";
import { testCases } from "../../helpers/test-cases.ts";

const nested = (depth: number) => `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;
const takesText = (json: string) => hasCanonicalForm(json, JSON.parse(json));

it("a value has a canonical form if and only if canonicalText takes it, unless it is nested too deeply", () => {
  const large = ["1e999", "-1e999", "12.5E+400 ", "9".repeat(400), `${"9".repeat(250)}e99`];
  const number = fc.constantFrom("1", "0.1", "1e99", "1e300", '"1e999"', '"a1e999"', ...large);
  const text = fc.letrec<{ value: string; inner: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, number, fc.constantFrom("null", "true", '"a"'), tie("inner")),
    inner: fc.oneof(
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
      fc.tuple(fc.constantFrom("a", "b"), tie("value")).map(([key, value]) => `{"${key}":${value}}`),
    ),
  })).value;
  const seen = { yes: 0, no: 0 };
  const property = fc.property(text, (json) => {
    const value: unknown = JSON.parse(json);
    const takes = hasCanonicalForm(json, value);
    seen[takes ? "yes" : "no"] += 1;
    if (takes) canonicalText(value);
    else assert.throws(() => canonicalText(value));
  });
  fc.assert(property, { numRuns: testCases() });
  assert.ok(seen.yes > 20 && seen.no > 20, JSON.stringify(seen));
});

it("what is nested as deeply as allowed can be written", () => {
  assert.ok(takesText(nested(99)));
  canonicalText(JSON.parse(nested(99)));
  assert.equal(takesText(nested(101)), false);
  assert.equal(takesText(nested(9_000)), false);
  assert.ok(takesText(`[${"[],".repeat(500)}1]`), "many brackets, none of them deep");
});
