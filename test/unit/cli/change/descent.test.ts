/**
 * What a command writes proves its descent to the node: the states from its base down to what the node last reported. Laptops,
 * a node and a bus that is restored from backups play against each other; no state replaces one that its author never saw.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judgeGeneration } from "../../../../src/agent/desired/accept.ts";
import { ancestryOf, carriedAncestry, needsHistory, refOf } from "../../../../src/cli/change/ancestry.ts";
import { makeChange } from "../../../../src/cli/change/make-change.ts";
import type { ServiceSnapshot } from "../../../../src/cli/change/service-snapshot.ts";
import type { DesiredPresent, DesiredService, StateRef } from "../../../../src/schemas/service/desired.ts";
import { fitsDocument, MAX_ANCESTRY } from "../../../../src/schemas/service/lineage.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { present } from "../../../../src/values/present.ts";
import { component, desired, NODE, service } from "../../../helpers/builders.ts";
import { testCases } from "../../../helpers/test-cases.ts";

const count = { writes: 0 };
const request = { force: false, retry: true, checkSeen: false, whole: true };

/** What `mcp deploy` makes of this snapshot; each call is another spec. */
function deployed(own: Partial<ServiceSnapshot>, force = false): DesiredService {
  const snapshot = { node: NODE, service: "web", stored: undefined, seen: undefined, accepted: undefined, ...own };
  const writeId = `${++count.writes}`;
  const signature = { author: "alice@laptop", at: "2026-01-02T03:04:05Z", command: "deploy", message: undefined };
  const spec = service({ components: [component({ env: { WRITE: writeId } })] });
  const { document } = makeChange(snapshot, { ...request, spec, force }, { ...signature, writeId });
  assert.ok(document);
  return document;
}

const storedAs = (document: DesiredService) => ({ document, revision: 1 });
/** A chain of documents; those of 0.1 name only their base. */
function chain(length: number, { old = false } = {}): DesiredService[] {
  const documents: DesiredPresent[] = [];
  for (let generation = 1; generation <= length; generation++) {
    const last = documents.at(-1);
    const base = last === undefined ? null : refOf(last);
    documents.push(desired({ generation, base, writeId: `${generation}`, ...(old ? {} : { ancestry: [] }) }));
  }
  return documents;
}
const last = (documents: readonly DesiredService[]) => documents.at(-1) ?? desired();
const first = (documents: readonly DesiredService[]) => documents[0] ?? desired();

describe("the document of a change", () => {
  it("names no ancestors when it is based on what the node accepted, or is the first", () => {
    assert.deepEqual(deployed({}).ancestry, []);
    const one = desired();
    assert.deepEqual(deployed({ stored: storedAs(one), accepted: refOf(one) }).ancestry, []);
  });

  it("names every state down to the one that the node reported, from document to document", () => {
    const one = desired({ ancestry: [] });
    const accepted = refOf(one);
    const two = deployed({ stored: storedAs(one), accepted });
    const three = deployed({ stored: storedAs(two), accepted });
    const four = deployed({ stored: storedAs(three), accepted });
    assert.deepEqual(four.ancestry, [refOf(two), accepted]);
    assert.deepEqual(deployed({ stored: storedAs(four), accepted: refOf(three) }).ancestry, [refOf(three)]);
  });

  it("takes them from the history over documents of 0.1, and only what their hashes prove", () => {
    const documents = chain(6, { old: true });
    const [floor, stored] = [refOf(first(documents)), last(documents)];
    assert.equal(needsHistory(stored, floor), true);
    const { ancestry } = deployed({ stored: storedAs(stored), accepted: floor, history: documents });
    assert.deepEqual(ancestry, documents.slice(0, 5).reverse().map(refOf));
    const forged = documents.map((one) => (one.generation === 3 ? { ...one, command: "forged" } : one));
    assert.throws(
      () => deployed({ stored: storedAs(stored), accepted: floor, history: forged }),
      /does not show that its generation 6 descends from it/,
    );
    const forced = deployed({ stored: storedAs(stored), accepted: floor, history: forged }, true);
    assert.deepEqual([forced.force, forced.ancestry], [floor, []]);
  });

  it("goes on after a forced one, whose author overrode what the node accepted", () => {
    const documents = chain(3);
    const fork = desired({ generation: 2, writeId: "fork" });
    const accepted = refOf(fork);
    const forced = deployed({ stored: storedAs(last(documents)), accepted }, true);
    assert.deepEqual(forced.force, accepted);
    const next = deployed({ stored: storedAs(forced), accepted });
    assert.ok(next.ancestry?.some((ref) => ref.hash === accepted.hash));
  });

  it("asks for --force, naming the floor, when the node missed more than a document can name", () => {
    const documents = chain(300);
    const floor = refOf(first(documents));
    const own = { stored: storedAs(last(documents)), accepted: floor, history: documents };
    assert.throws(
      () => deployed(own),
      (error) => hasCode(error, "E_REGRESSED") && /rift accepted generation 1 of web/.test(String(error)),
    );
    const forced = deployed(own, true);
    assert.deepEqual([forced.force, forced.ancestry], [floor, []]);
    const next = deployed({ stored: storedAs(forced), accepted: floor });
    assert.ok(fitsDocument(next.ancestry ?? []));
    assert.ok(next.ancestry?.some((ref) => ref.hash === floor.hash));
  });

  it("carries what fits for a node that never reported", () => {
    const many = Array.from({ length: MAX_ANCESTRY }, (_, index) => ({
      generation: 900 - index,
      hash: "h".repeat(64),
    }));
    const carried = carriedAncestry(desired({ generation: 902, base: { generation: 901, hash: "b" }, ancestry: many }));
    assert.ok(fitsDocument(carried) && carried.length > 100);
    assert.equal(carried[0]?.generation, 901);
  });

  it("inherits a slightly later date, and none that is far ahead", () => {
    const dated = (at: string) => deployed({ stored: storedAs(desired({ at })) }).at;
    assert.equal(dated("2026-01-02T03:08:00Z"), "2026-01-02T03:08:00Z");
    for (const at of ["2026-01-02T04:00:00Z", "9999-12-31T23:59:59Z", "soon", "2026-01-01T00:00:00Z"]) {
      assert.equal(dated(at), "2026-01-02T03:04:05Z");
    }
  });

  it("never fails over documents whose lineage is junk", () => {
    const ref = fc.record({
      generation: fc.oneof(fc.integer({ min: -3, max: 9 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      hash: fc.oneof(fc.constantFrom("", "a", "b"), fc.string()),
    });
    const lineage = fc.record(
      { base: fc.option(ref, { nil: null }), force: ref, ancestry: fc.array(ref, { maxLength: 300 }) },
      { requiredKeys: ["base"] },
    );
    fc.assert(
      fc.property(lineage, fc.array(lineage, { maxLength: 4 }), ref, (own, history, floor) => {
        const stored = desired({ generation: 7, ...own });
        const below = history.map((one, index) => desired({ generation: index, ...one }));
        const found = ancestryOf(stored, floor, below);
        assert.ok(found === undefined || found.every(({ generation }) => !(generation < floor.generation)));
        assert.ok(fitsDocument(carriedAncestry(stored)));
      }),
      { numRuns: testCases() },
    );
  });
});

/** One game: everybody acts in turn, and a state remembers which states its author knowingly replaced. */
class Game {
  /** The bucket's history, and the report on it. */
  bus: { history: DesiredService[]; report: StateRef | undefined } = { history: [], report: undefined };
  readonly backups: (typeof this.bus)[] = [];
  node: { ref: StateRef; document: DesiredService } | undefined;
  /** By hash: the hashes of all states that it knowingly replaces. */
  readonly replaced = new Map<string, Set<string>>();
  accepted = 0;

  deploy(force: boolean): void {
    const { history, report } = this.bus;
    const stored = history.at(-1);
    const known = needsHistory(stored, report) ? { history: history.slice(-32) } : {};
    const snapshot = present({ stored: stored && storedAs(stored), accepted: report });
    try {
      const document = deployed({ ...snapshot, ...known } as Partial<ServiceSnapshot>, force);
      const parents = [stored && refOf(stored).hash, document.force?.hash].filter((hash) => hash !== undefined);
      const all = parents.flatMap((hash) => [hash, ...(this.replaced.get(hash) ?? [])]);
      this.replaced.set(refOf(document).hash, new Set(all));
      history.push(document);
    } catch (error) {
      if (!hasCode(error, "E_REGRESSED")) throw error;
    }
  }

  backup(): void {
    this.backups.push({ history: [...this.bus.history], report: this.bus.report });
  }

  restore(): void {
    const old = this.backups.at(-1);
    if (old !== undefined) this.bus = { history: [...old.history], report: old.report };
  }

  /** The node connects, judges what is there, and reports. */
  sync(): void {
    const document = this.bus.history.at(-1);
    if (document !== undefined) {
      const [floor, hash] = [this.node?.ref, refOf(document).hash];
      const facts = { node: NODE, service: "web", document, hash, floor, accepted: this.node?.document };
      if (judgeGeneration(facts).kind === "accepted") {
        if (floor !== undefined) assert.ok(this.replaced.get(hash)?.has(floor.hash), "it replaces what nobody saw");
        this.accepted += 1;
        this.node = { ref: refOf(document), document };
      }
    }
    this.bus.report = this.node?.ref;
  }
}

describe("laptops, a node that comes and goes, and a bus that is restored", () => {
  const act = fc.constantFrom("deploy", "deploy", "deploy", "force", "sync", "sync", "backup", "restore");

  it("never replace what the author of the newer state has not seen, and one forced deploy always repairs it", () => {
    const reached = { accepted: 0 };
    fc.assert(
      fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
        const game = new Game();
        for (const one of acts) {
          if (one === "deploy" || one === "force") game.deploy(one === "force");
          else game[one]();
        }
        reached.accepted += game.accepted;
        game.sync();
        game.deploy(true);
        game.sync();
        const newest = game.bus.history.at(-1);
        assert.equal(game.node?.ref.hash, newest && refOf(newest).hash, "it is mended");
      }),
      { numRuns: testCases() },
    );
    assert.ok(reached.accepted > 0);
  });
});
