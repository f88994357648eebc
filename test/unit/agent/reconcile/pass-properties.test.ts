/**
 * Whole passes over a pretended runtime: from any containers and any memory they come to rest, a second pass then does
 * nothing, and on the way nothing is touched that is not theirs, nor do two containers run that must not.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { createExpectedExits } from "../../../../src/agent/reconcile/execute/expected-exits.ts";
import { createMeetings } from "../../../../src/agent/reconcile/execute/meetings.ts";
import { runPass } from "../../../../src/agent/reconcile/pass.ts";
import { canRunSideBySide } from "../../../../src/agent/reconcile/plan/can-run-side-by-side.ts";
import { createReconcileState, type ReconcileState } from "../../../../src/agent/reconcile/reconcile-state.ts";
import { eventMaker } from "../../../../src/agent/state/events.ts";
import { openServiceCache } from "../../../../src/agent/state/service-cache.ts";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import type { ServiceMemory } from "../../../../src/agent/store/store.ts";
import { type DesiredService, isTombstone } from "../../../../src/schemas/service/desired.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import type { Blocked, HealthState } from "../../../../src/schemas/service/observed.ts";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import { containerName } from "../../../../src/values/names.ts";
import { situation } from "../../../helpers/arbitrary-situation.ts";
import { NODE, row } from "../../../helpers/builders.ts";
import { testCases } from "../../../helpers/test-cases.ts";
import type { FakeContainer } from "../../../twin/fake-containers.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";
import { HastyClock } from "../../../twin/hasty-clock.ts";

/** Those that exchange ports come within one pass: patience ends when they had time to come, whatever the hasty clock says. */
const afterTheOthers = () => setTimeout(50);

type Drawn = {
  document: DesiredService;
  containers: readonly Omit<FakeLike, "id">[];
  memory: ServiceMemory;
  claimed: ReadonlyMap<string, Blocked>;
  taken: boolean;
};
interface FakeLike {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly exitCode?: number;
  readonly health?: HealthState;
  readonly imageNow?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Checks at every start that what runs may run together. */
class WatchedRuntime extends FakeRuntime {
  readonly broken: string[] = [];
  /** What containers were made from, as far as the agent can know, by hash. */
  readonly specs = new Map<string, ComponentSpec>();

  override async start(id: string, signal: AbortSignal): Promise<void> {
    await super.start(id, signal);
    const started = this.containers.get(id);
    if (started?.request === undefined) return;
    for (const other of this.containers.values()) {
      if (other.id === id || other.state !== "running" || !sameComponent(other, started)) continue;
      if (other.name.endsWith("-clone")) continue; // somebody's own copy: never touched, so it may run
      const old = other.request?.spec ?? this.specs.get(other.labels[LABEL.spec] ?? "");
      if (!canRunSideBySide(old, started.request.spec)) this.broken.push(`${other.name} beside ${started.name}`);
    }
  }
}

const sameComponent = (a: FakeContainer, b: FakeContainer) =>
  a.labels[LABEL.service] === b.labels[LABEL.service] && a.labels[LABEL.component] === b.labels[LABEL.component];

function machine(clock: HastyClock, { containers: drawn, taken, memory }: Drawn) {
  const runtime = new WatchedRuntime({ now: clock.now });
  for (const spec of Object.values(memory.serving)) runtime.specs.set(specHash(spec), spec);
  for (const [version, exitCode] of [["v1"], ["v2"], ["bad", 1], ["job", 0]] as const) {
    runtime.provide(`example.net/web:${version}`, exitCode === undefined ? {} : { exitCode });
  }
  for (const { name, labels, state, exitCode } of drawn) {
    // One that is stopping for ever is removed, and then a copy of it cannot be told from a container that was renamed.
    const id = runtime.addForeign(name, {
      labels,
      state: state === "stopping" ? "exited" : (state as FakeContainer["state"]),
    });
    const made = runtime.containers.get(id);
    if (made !== undefined && exitCode !== undefined) made.exitCode = exitCode;
  }
  if (taken && runtime.byName("web-db") === undefined) runtime.addForeign("web-db");
  runtime.addForeign("stranger");
  runtime.addForeign("other-api", {
    labels: { [LABEL.service]: "other", [LABEL.node]: NODE, [LABEL.component]: "api" },
  });
  runtime.addForeign("web-elsewhere", { labels: { [LABEL.service]: "web", [LABEL.node]: "elsewhere" } });
  return runtime;
}

async function prepare(drawn: Drawn) {
  const clock = new HastyClock();
  const runtime = machine(clock, drawn);
  const names = new Map([...runtime.containers.values()].map(({ id, name }) => [id, name]));
  const store = new MemoryStore();
  const { document: doc, ref } = row(drawn.document);
  await store.accept(doc, ref, drawn.memory, []);
  const services = await openServiceCache(store, () => undefined);
  const drawnOf = (id: string) => {
    const name = names.get(id);
    return drawn.containers.find((c) => c.name === name);
  };
  const ports = {
    ...{
      node: NODE,
      runtime,
      clock,
      services,
      makeEvent: eventMaker(NODE, clock),
      expectedExits: createExpectedExits(clock),
    },
    died: () => new Promise<undefined>(() => undefined),
    check: async () => true,
    healthOf: (id: string) => (runtime.containers.get(id)?.starts === 1 ? drawnOf(id)?.health : undefined),
    imageNow: (id: string) => drawnOf(id)?.imageNow,
    settingsOf: async () => undefined,
    forgetSettings: () => undefined,
    enforced: () => undefined,
    claimsOf: () => drawn.claimed,
    isShared: () => false,
    neighborsOf: () => [],
    meetings: createMeetings({ clock: { sleep: afterTheOthers }, wake: () => undefined }),
    onChange: () => undefined,
  };
  const state: ReconcileState = createReconcileState("web");
  const { signal } = new AbortController();
  const pass = () => runPass({ ports, state, signal, agentSignal: signal, releaseWhile: (work) => work() });
  return { clock, runtime, state, pass, services };
}

/**
 * Ids of containers that are not this service's of this node, and of copies made by hand (a copy whose original is
 * gone cannot be told from a container that was renamed; one that never ran is removed before the new one starts, and one that
 * has ended is removed where the service is stopped while its replacement runs).
 */
function notOurs(runtime: FakeRuntime, { document: doc, memory }: Drawn): string[] {
  const desired = isTombstone(doc) ? [] : doc.spec.components.map((c) => c.name);
  const isStopped = isTombstone(doc) || !doc.spec.active;
  const all = [...runtime.containers.values()];
  const isReplaced = ({ state, name }: FakeContainer) =>
    isStopped && state !== "running" && all.some((c) => c.state === "running" && c.name.startsWith(`${name}.`));
  const isCopy = ({ name, labels }: FakeContainer) => {
    const component = labels[LABEL.component] ?? "";
    const original = runtime.byName(containerName("web", component));
    const attempt = original?.labels[LABEL.attempt];
    const isKept =
      original !== undefined &&
      attempt !== undefined &&
      attempt !== memory.attempts[component] &&
      original?.state !== "created";
    return name.endsWith("-clone") && desired.includes(component) && isKept && !isReplaced(original);
  };
  const isOurs = ({ labels }: FakeContainer) => labels[LABEL.service] === "web" && labels[LABEL.node] === NODE;
  return all.filter((c) => !isOurs(c) || isCopy(c)).map((c) => c.id);
}

const states = (runtime: FakeRuntime, ids: readonly string[]) =>
  ids.map((id) => [runtime.containers.get(id)?.name, runtime.containers.get(id)?.state]);

const MUTATIONS = ["create", "start", "stop", "remove", "rename"] as const;
const mutations = ({ calls }: FakeRuntime) => MUTATIONS.reduce((sum, verb) => sum + calls[verb], 0);

const drawn = fc.tuple(situation, fc.boolean()).map(([made, taken]) => ({ ...made, taken })) as fc.Arbitrary<Drawn>;

describe("passes", () => {
  it("come to rest from any containers and any memory, touching only what is theirs", async () => {
    const property = fc.asyncProperty(drawn, async (given) => {
      const { clock, runtime, state, pass } = await prepare(given);
      const others = notOurs(runtime, given);
      const asTheyWere = states(runtime, others);
      const inactive = isTombstone(given.document) || !given.document.spec.active;
      await pass();
      for (let round = 0; round < 10 && state.plan.wakeAtMs !== undefined; round++) {
        clock.moveTo(state.plan.wakeAtMs);
        await pass();
      }
      assert.deepEqual(state.plan.actions, [], "nothing is left to do");
      assert.deepEqual(runtime.broken, [], "nothing ran beside what it must not");
      assert.deepEqual(states(runtime, others), asTheyWere, "others are as they were");
      if (inactive) assert.equal(runtime.calls.start, 0, "nothing was started");
      const before = mutations(runtime);
      await pass();
      assert.equal(mutations(runtime), before, "a second pass does nothing");
    });
    await fc.assert(property, { numRuns: testCases(1_000) });
  });
});
