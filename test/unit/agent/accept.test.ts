/** Which desired documents a node takes over: the table of lineages, and what holds for all of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judgeGeneration } from "../../../src/agent/desired/accept.ts";
import { MAX_GENERATION_STEP, type StateRef } from "../../../src/schemas/service/desired.ts";
import { desired, NODE } from "../../helpers/builders.ts";
import { testCases } from "../../helpers/test-cases.ts";

const floor: StateRef = { generation: 5, hash: "five" };
const at = (
  generation: number,
  own: { base?: StateRef | null; force?: StateRef; node?: string; service?: string } = {},
) => desired({ generation, ...own });
const verdict = (document: ReturnType<typeof desired>, known: StateRef | undefined = floor, hash = "other") =>
  judgeGeneration({ node: NODE, service: "web", document, hash, floor: known }).kind;

describe("a desired document", () => {
  it("is accepted when nothing was before", () => {
    assert.equal(
      judgeGeneration({ node: NODE, service: "web", document: at(9), hash: "h", floor: undefined }).kind,
      "accepted",
    );
  });

  it("is accepted when it is based on the accepted one", () => {
    assert.equal(verdict(at(6, { base: floor })), "accepted");
  });

  it("is accepted when it is based on a later one, which this node has missed", () => {
    assert.equal(verdict(at(9, { base: { generation: 8, hash: "eight" } })), "accepted");
  });

  it("is taken over from another lineage only when its author named the accepted state", () => {
    const base = { generation: 2, hash: "two" };
    assert.equal(verdict(at(6, { base })), "regressed");
    assert.equal(verdict(at(6, { base, force: floor })), "accepted");
    assert.equal(verdict(at(6, { base, force: { ...floor, hash: "guessed" } })), "regressed");
    assert.equal(verdict(at(6, { base, force: { ...floor, generation: 4 } })), "regressed");
  });

  it("is regressed when it is based on the floor's generation with another content", () => {
    assert.equal(verdict(at(6, { base: { generation: 5, hash: "not five" } })), "regressed");
  });

  it("is regressed when it has no base although something was accepted", () => {
    assert.equal(verdict(at(6)), "regressed");
  });

  it("is the same when generation and content are those accepted", () => {
    assert.equal(verdict(at(5), floor, "five"), "same");
  });

  it("is regressed when it is older, or of the same generation with another content", () => {
    assert.equal(verdict(at(4, { base: { generation: 3, hash: "three" } })), "regressed");
    assert.equal(verdict(at(5, { base: { generation: 4, hash: "four" } })), "regressed");
    assert.equal(verdict(at(5, { force: floor })), "regressed");
  });

  it("is refused when it is addressed to another node or service", () => {
    assert.equal(verdict(at(6, { base: floor, node: "other" })), "refused");
    assert.equal(verdict(at(6, { base: floor, service: "other" })), "refused");
  });

  it("is refused when its generation jumps, even with a matching base", () => {
    const leap = floor.generation + MAX_GENERATION_STEP;
    assert.equal(verdict(at(leap, { base: floor })), "accepted");
    assert.equal(verdict(at(leap + 1, { base: floor })), "refused");
    assert.equal(verdict(at(leap + 1, { base: { generation: leap, hash: "made up" } })), "refused");
    assert.equal(verdict(at(leap + 1, { force: floor })), "refused");
  });

  it("is refused when it claims its own or a later generation as base", () => {
    assert.equal(verdict(at(6, { base: { generation: 6, hash: "six" } })), "refused");
    assert.equal(verdict(at(6, { base: { generation: 9, hash: "nine" } })), "refused");
  });

  it("is refused when its generation is not a valid generation number", () => {
    for (const generation of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.equal(verdict(at(generation, { base: null }), undefined), "refused", String(generation));
    }
  });

  const ref = fc.record({ generation: fc.integer({ min: 1, max: 12 }), hash: fc.constantFrom("a", "b", "c") });

  it("of a lower or equal generation is never taken over, and none from elsewhere without force", () => {
    const everything = fc.record({
      known: ref,
      generation: fc.integer({ min: -1, max: 14 }),
      hash: fc.constantFrom("a", "b", "c"),
      base: fc.option(ref, { nil: null }),
      force: fc.option(ref, { nil: undefined }),
    });
    fc.assert(
      fc.property(everything, ({ known, generation, hash, base, force }) => {
        const document = at(generation, { base, ...(force === undefined ? {} : { force }) });
        if (judgeGeneration({ node: NODE, service: "web", document, hash, floor: known }).kind !== "accepted") return;
        assert.ok(generation > known.generation, "above the floor");
        const same = (r: StateRef | null | undefined) => r?.generation === known.generation && r.hash === known.hash;
        const later = base !== null && base.generation > known.generation && base.generation < generation;
        assert.ok(same(base) || same(force) || later, "of this lineage");
      }),
      { numRuns: testCases() },
    );
  });
});
