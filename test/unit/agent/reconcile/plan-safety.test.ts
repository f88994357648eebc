/** What no plan ever does, whatever containers and memory it is made from. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Action } from "../../../../src/agent/reconcile/model/action.ts";
import type { ObservedContainer } from "../../../../src/agent/reconcile/model/classify.ts";
import { type Plan, type PlanInput, plan } from "../../../../src/agent/reconcile/plan/plan.ts";
import { isTombstone } from "../../../../src/schemas/service/desired.ts";
import { isReportedOnly } from "../../../../src/schemas/service/drift.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import { containerName } from "../../../../src/values/names.ts";
import { GENERATION } from "../../../helpers/arbitrary-service.ts";
import { DANGERS, situation } from "../../../helpers/arbitrary-situation.ts";
import { planInput } from "../../../helpers/builders.ts";
import { testCases } from "../../../helpers/test-cases.ts";

function always(title: string, holds: (made: Plan, input: PlanInput) => void): void {
  it(title, () => {
    const property = fc.property(situation, ({ document: doc, ...own }) => {
      const input = planInput(doc, own);
      holds(plan(input), input);
    });
    fc.assert(property, { numRuns: testCases() });
  });
}

const exchangeOf = (action: Action) => (action.kind === "rollout" ? action.exchange : undefined);
const rankOf = (action: Action) => exchangeOf(action)?.rank ?? 0;
const exchanges = (a: Action, b: Action) =>
  exchangeOf(a) !== undefined && isDeepStrictEqual(exchangeOf(a)?.parties, exchangeOf(b)?.parties);
const starts = (action: Action) => ["rollout", "start", "restart"].includes(action.kind);
const spec = ({ document: doc }: PlanInput) => (isTombstone(doc) ? undefined : doc.spec);
const componentOf = (action: Action, input: PlanInput) =>
  spec(input)?.components.find(({ name }) => name === action.component);

describe("the situations that plans are made from", () => {
  it("hold each dangerous state in at least one of fifty", () => {
    const cases = testCases(20_000);
    const inputs = fc.sample(situation, { numRuns: cases }).map(({ document: doc, ...own }) => planInput(doc, own));
    const made = inputs.map((input) => [plan(input), input] as const);
    for (const [name, isReached] of Object.entries(DANGERS)) {
      const share = made.filter(([drawn, input]) => isReached(drawn, input)).length / cases;
      assert.ok(share >= 0.02, `${name}: ${(share * 100).toFixed(1)} %`);
    }
  });
});

describe("no plan", () => {
  always("starts anything of a stopped or retired service", (made, input) => {
    if (spec(input)?.active !== true) assert.ok(!made.actions.some(starts));
  });

  always("acts on a service whose drift is only to be told, once it was carried out and had been up", (made, input) => {
    const { settledGeneration, serving } = input.memory;
    if (settledGeneration < GENERATION || spec(input)?.drift === "repair") return;
    const acts = made.actions.filter((a) => a.kind !== "remove" && serving[a.component] !== undefined);
    assert.deepEqual(acts, []);
  });

  always("removes a container of a desired component that serves, or is all there is", (made, input) => {
    for (const action of made.actions) {
      if (action.kind !== "remove" || componentOf(action, input) === undefined) continue;
      const { container } = action;
      const name = containerName("web", action.component);
      const attempt = container.labels[LABEL.attempt];
      assert.ok(container.name === name || container.name === `${name}.${attempt}`, "it is ours by name");
      const cameUpLast = input.memory.promoted?.[action.component];
      if (spec(input)?.active === false || container.state !== "running") continue;
      const isRemoved = (c: ObservedContainer) => made.actions.some((a) => a.kind === "remove" && a.container === c);
      const kept = input.containers.filter((c) => c.labels[LABEL.component] === action.component && !isRemoved(c));
      const goesBack = kept.some((c) => c.labels[LABEL.attempt] === cameUpLast);
      assert.ok(goesBack || kept.some((c) => c.state === "running"), "what came up last, or runs, is kept");
    }
  });

  always("removes a component that is not desired without knowing that it is older", (made, input) => {
    for (const action of made.actions) {
      if (action.kind !== "remove" || componentOf(action, input) !== undefined) continue;
      assert.ok(Number(action.container.labels[LABEL.generation]) < GENERATION);
    }
  });

  always("does two things to one component beside tidying", (made) => {
    const acting = made.actions.filter((a) => a.kind !== "remove").map((a) => a.component);
    assert.equal(new Set(acting).size, acting.length);
  });

  always("removes a copy under somebody's own name while its component is desired", (made, input) => {
    for (const action of made.actions) {
      if (action.kind !== "remove" || !action.container.name.endsWith("-clone")) continue;
      assert.equal(componentOf(action, input), undefined);
    }
  });

  always("starts a component before, or stops it after, what depends on it", (made, input) => {
    for (const action of made.actions) {
      if (action.kind === "remove") continue;
      for (const name of componentOf(action, input)?.dependsOn ?? []) {
        const other = made.actions.find((a) => a.kind !== "remove" && a.component === name);
        if (other === undefined) continue;
        const [rank, otherRank] = [rankOf(action), rankOf(other)];
        if (exchanges(action, other))
          assert.ok(otherRank < rank, "those that exchange ports keep the order themselves");
        else assert.ok(spec(input)?.active ? other.order < action.order : other.order > action.order);
      }
    }
  });

  always("is called as desired while it has work to do or reports a difference", (made) => {
    const differs = made.drift.some((d) => d.kind !== "conflict" && d.kind !== "orphan" && !isReportedOnly(d));
    if (differs || made.actions.some((a) => a.kind !== "remove")) assert.equal(made.asDesired, false);
  });
});
