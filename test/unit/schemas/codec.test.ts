/** What no codec takes, whatever shape it reads. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as exported from "../../../src/schemas/wire/codec.ts";
import { hasCode } from "../../../src/values/error.ts";
import { presenceOf } from "../../helpers/fleet-builders.ts";

const codecs = Object.entries(exported);
const bytes = (text: string) => new TextEncoder().encode(text);

describe("every codec", () => {
  for (const [name, codec] of codecs) {
    it(`refuses numbers that are not finite, and endless nesting: ${name}`, () => {
      const refused = (text: string, why: RegExp) =>
        assert.throws(
          () => codec.decode(bytes(text)),
          (error) => hasCode(error, "E_INVALID_MESSAGE") && why.test(String(error)),
        );
      for (const number of ["1e999", "-1e999", `1${"0".repeat(400)}`]) {
        refused(`{"a":[{"b":${number}}]}`, /a number is too large/);
      }
      refused(`${"[".repeat(50_000)}${"]".repeat(50_000)}`, /nested too deeply/);
    });
  }

  it("is among them", () => {
    assert.ok(codecs.length >= 18, String(codecs.length));
    assert.ok(codecs.every(([name, codec]) => name.endsWith("Codec") && typeof codec.decode === "function"));
  });
});

it("a field of a presence that is a number is finite", () => {
  const presence = presenceOf("rift");
  const text = JSON.stringify(presence);
  assert.deepEqual(exported.presenceCodec.decode(bytes(text)), presence);
  const endless = text.replace(/"uptimeSeconds":\d+/, '"uptimeSeconds":1e999');
  assert.notEqual(endless, text);
  assert.throws(() => exported.presenceCodec.decode(bytes(endless)), /presence: a number is too large/);
});
