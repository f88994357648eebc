/** Which desired documents a node takes over: the table of lineages, and what holds for all of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judgeGeneration } from "../../../src/agent/desired/accept.ts";
import { MAX_GENERATION_STEP, type StateRef } from "../../../src/schemas/service/desired.ts";
import { present } from "../../../src/values/present.ts";
import { desired, NODE } from "../../helpers/builders.ts";
import { testCases } from "../../helpers/test-cases.ts";

const floor: StateRef = { generation: 5, hash: "five" };
const at = (
  generation: number,
  own: { base?: StateRef | null; force?: StateRef; ancestry?: StateRef[]; node?: string; service?: string } = {},
) => desired({ generation, ancestry: [], ...own });
/** What 0.1 wrote names its base and nothing below it. */
const old = (generation: number, base: StateRef | null) => desired({ generation, base });
const verdict = (
  document: ReturnType<typeof desired>,
  known: StateRef | undefined = floor,
  { hash = "other", accepted = at(5) } = {},
) => judgeGeneration({ node: NODE, service: "web", document, hash, floor: known, accepted }).kind;

describe("a desired document", () => {
  it("is accepted when nothing was before", () => {
    assert.equal(
      judgeGeneration({
        node: NODE,
        service: "web",
        document: at(9),
        hash: "h",
        floor: undefined,
        accepted: undefined,
      }).kind,
      "accepted",
    );
  });

  it("is accepted when it is based on the accepted one", () => {
    assert.equal(verdict(at(6, { base: floor })), "accepted");
  });

  const eight: StateRef = { generation: 8, hash: "eight" };
  const seven: StateRef = { generation: 7, hash: "seven" };

  it("is accepted when it is based on later ones, which this node has missed, and names each of them", () => {
    assert.equal(verdict(at(9, { base: eight, ancestry: [seven, { generation: 6, hash: "six" }, floor] })), "accepted");
  });

  it("is regressed when its base is higher and nothing shows that it comes from the accepted state", () => {
    assert.equal(verdict(at(9, { base: eight })), "regressed");
    assert.equal(verdict(at(9, { base: eight, ancestry: [seven, { generation: 5, hash: "not five" }] })), "regressed");
    assert.equal(verdict(at(9, { base: eight, ancestry: [seven, { ...floor, generation: 4 }] })), "regressed");
  });

  it("is refused when it names more ancestors than 256, or than 16 KiB hold", () => {
    const many = (count: number, hash = "h") => Array.from({ length: count }, () => ({ generation: 6, hash }));
    assert.equal(verdict(at(9, { base: eight, ancestry: [...many(255), floor] })), "accepted");
    assert.equal(verdict(at(9, { base: eight, ancestry: [...many(256), floor] })), "refused");
    assert.equal(verdict(at(9, { base: eight, ancestry: [...many(100, "h".repeat(200)), floor] })), "refused");
  });

  it("of release 0.1 names no ancestors: a higher base is enough while what was accepted is of 0.1 too", () => {
    assert.equal(verdict(old(9, eight), floor, { accepted: old(5, null) }), "accepted");
    assert.equal(verdict(old(9, eight), floor, { accepted: at(5) }), "regressed");
    assert.equal(verdict(old(6, floor), floor, { accepted: at(5) }), "accepted");
    assert.equal(verdict(at(9, { base: eight }), floor, { accepted: old(5, null) }), "regressed");
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
    assert.equal(verdict(at(5), floor, { hash: "five" }), "same");
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

  it("is refused for a generation that no number of changes can have reached, even as the first one", () => {
    const first = (generation: number, base: number) => {
      const document = at(generation, { base: { generation: base, hash: "made up" } });
      return judgeGeneration({ node: NODE, service: "web", document, hash: "h", floor: undefined, accepted: undefined })
        .kind;
    };
    assert.equal(first(2 ** 53 - 1, 2 ** 53 - 2), "refused");
    assert.equal(first(1_000_000_000_001, 1_000_000_000_000), "refused");
    assert.equal(first(1_000_001, 1_000_000), "accepted");
  });

  const ref = fc.record({ generation: fc.integer({ min: 1, max: 12 }), hash: fc.constantFrom("a", "b", "c") });

  it("of a lower or equal generation is never taken over, and none from elsewhere without force", () => {
    const everything = fc.record({
      known: ref,
      generation: fc.integer({ min: -1, max: 14 }),
      hash: fc.constantFrom("a", "b", "c"),
      base: fc.option(ref, { nil: null }),
      force: fc.option(ref, { nil: undefined }),
      ancestry: fc.option(fc.array(ref, { maxLength: 3 }), { nil: undefined }),
      acceptedIsOld: fc.boolean(),
    });
    fc.assert(
      fc.property(everything, ({ known, generation, hash, base, force, ancestry, acceptedIsOld }) => {
        const document = desired({ generation, base, ...present({ force, ancestry }) });
        const accepted = acceptedIsOld ? desired() : at(1);
        const judged = judgeGeneration({ node: NODE, service: "web", document, hash, floor: known, accepted });
        if (judged.kind !== "accepted") return;
        assert.ok(generation > known.generation, "above the floor");
        const same = (r: StateRef | null | undefined) => r?.generation === known.generation && r.hash === known.hash;
        const isOld = ancestry === undefined && acceptedIsOld && base !== null && base.generation > known.generation;
        assert.ok(isOld || [base, force, ...(ancestry ?? [])].some(same), "of this lineage");
      }),
      { numRuns: testCases() },
    );
  });
});
