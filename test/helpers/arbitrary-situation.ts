/**
 * Situations of one service for the planner: anything at all (arbitrary-service.ts), and in two cases of three a dangerous state
 * that chance alone hardly ever makes: it needs a container, a memory and a document that fit together.
 */
import fc from "fast-check";
import { type ObservedContainer, temporaryName } from "../../src/agent/reconcile/model/classify.ts";
import type { Plan, PlanInput } from "../../src/agent/reconcile/plan/plan.ts";
import type { ServiceMemory } from "../../src/agent/store/store.ts";
import { type DesiredService, isTombstone } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import type { Blocked } from "../../src/schemas/service/observed.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { anyMemory, componentOf, containers, document, GENERATION } from "./arbitrary-service.ts";
import { container } from "./builders.ts";

export interface Situation {
  readonly document: DesiredService;
  readonly containers: readonly ObservedContainer[];
  readonly memory: ServiceMemory;
  readonly claimed: ReadonlyMap<string, Blocked>;
}

/** What is planted into a situation, for one component of its document. */
type Plant = (spec: ComponentSpec, old: ComponentSpec, situation: Situation) => Partial<Situation>;

const ATTEMPT = "planted";
const candidateOf = (spec: ComponentSpec, state: ObservedContainer["state"]) =>
  container(spec, { id: `candidate-${spec.name}`, attempt: ATTEMPT, generation: GENERATION, state });
const temporary = (c: ObservedContainer, { name }: ComponentSpec) => ({
  ...c,
  name: temporaryName("web", name, ATTEMPT),
});
const resumed = (memory: ServiceMemory, { name }: ComponentSpec): ServiceMemory => {
  const promoted = { ...memory.promoted };
  delete promoted[name];
  return { ...memory, attempts: { ...memory.attempts, [name]: ATTEMPT }, promoted, repairs: {}, failed: {} };
};

const resume =
  (state: ObservedContainer["state"]): Plant =>
  (spec, _, { memory }) => ({ containers: [candidateOf(spec, state)], memory: resumed(memory, spec) });
const beside =
  (oldState: ObservedContainer["state"], state: ObservedContainer["state"]): Plant =>
  (spec, old, { memory }) => ({
    containers: [container(old, { attempt: "before", state: oldState }), temporary(candidateOf(spec, state), spec)],
    memory: resumed(memory, spec),
  });
const serving =
  (own: Partial<ObservedContainer>): Plant =>
  (spec, _, { memory }) => ({
    containers: [container(spec, { attempt: ATTEMPT, ...own })],
    memory: { ...memory, attempts: {}, promoted: { ...memory.promoted, [spec.name]: ATTEMPT }, repairs: {} },
  });

/** Several times what a document, a drift policy or a health check often hides. */
const PLANTS: readonly Plant[] = [
  ...[resume("created"), resume("running"), resume("exited")],
  ...[beside("running", "created"), beside("running", "running"), beside("exited", "running")],
  beside("stopping", "running"),
  (spec, old, situation) => {
    const { containers: both = [], memory = situation.memory } = beside("stopping", "running")(spec, old, situation);
    return { containers: both, memory: { ...memory, promoted: { [spec.name]: ATTEMPT } } };
  },
  ...Array<Plant>(3).fill(serving({ health: "unhealthy" })),
  ...Array<Plant>(2).fill(serving({ imageNow: "another" })),
  serving({ name: "somebodys-name" }),
  ...Array<Plant>(3).fill(({ name }, old) => ({
    containers: [container(old, { attempt: "before" })],
    claimed: new Map([[name, { component: name, reason: "port-taken", message: "another's" }]]),
  })),
];

/** The planted containers in place of those that have the same name or attempt. */
function planted(drawn: Situation, plant: Plant, old: ComponentSpec): Situation {
  if (isTombstone(drawn.document)) return drawn;
  const [spec] = drawn.document.spec.components;
  if (spec === undefined) return drawn;
  const own = plant(spec, { ...old, name: spec.name }, drawn);
  const taken = new Set((own.containers ?? []).flatMap((c) => [c.name, c.labels[LABEL.attempt]]));
  const others = drawn.containers.filter((c) => !taken.has(c.name) && c.labels[LABEL.component] !== spec.name);
  const active = { ...drawn.document, spec: { ...drawn.document.spec, active: true } };
  return { ...drawn, document: active, ...own, containers: [...others, ...(own.containers ?? [])] };
}

const port = (hostPort: number): ComponentSpec["ports"] => [{ hostPort, containerPort: 80, protocol: "tcp" }];

/** The old containers of an exchange that has not begun, has stopped both, or only one of them. */
const OLD_STATES: readonly (readonly ObservedContainer["state"][])[] = [
  ["running", "running"],
  ["exited", "exited"],
  ["running", "exited"],
];

/** The first two components take over each other's port. */
function exchanging(drawn: Situation, oldStates: readonly ObservedContainer["state"][]): Situation {
  if (isTombstone(drawn.document)) return drawn;
  const [one, two, ...rest] = drawn.document.spec.components;
  if (one === undefined || two === undefined) return drawn;
  const components = [
    { ...one, ports: port(80) },
    { ...two, ports: port(81) },
    ...rest.map((c) => ({ ...c, ports: [] })),
  ];
  const olds = [
    { ...one, ports: port(81) },
    { ...two, ports: port(80) },
  ];
  const names = olds.map(({ name }) => name);
  const own = olds.map((old, index) =>
    container(old, { attempt: `before-${old.name}`, state: oldStates[index] ?? "running" }),
  );
  const others = drawn.containers.filter((c) => !names.includes(c.labels[LABEL.component] ?? ""));
  const serving = { ...drawn.memory.serving, ...Object.fromEntries(olds.map((old) => [old.name, old])) };
  const memory = { ...drawn.memory, serving, attempts: {}, promoted: {}, repairs: {}, failed: {} };
  const document = { ...drawn.document, spec: { ...drawn.document.spec, active: true, components } };
  return { ...drawn, document, memory, containers: [...others, ...own] };
}

const random = fc
  .record({ document, containers, memory: anyMemory })
  .map((drawn): Situation => ({ ...drawn, claimed: new Map() }));

export const situation: fc.Arbitrary<Situation> = fc.oneof(
  { weight: 4, arbitrary: random },
  {
    weight: 8,
    arbitrary: fc
      .tuple(random, fc.constantFrom(...PLANTS), componentOf("old"))
      .map(([drawn, plant, old]) => planted(drawn, plant, old)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(random, fc.constantFrom(...OLD_STATES)).map(([drawn, states]) => exchanging(drawn, states)),
  },
);

/** What a situation must be good for, read from its plan and not from how it was made. */
export const DANGERS: Readonly<Record<string, (made: Plan, input: PlanInput) => boolean>> = {
  "resume-from-candidate": ({ actions }) => actions.some((a) => a.kind === "rollout" && a.candidate !== undefined),
  "old + matching candidate": ({ actions }) =>
    actions.some((a) => a.kind === "rollout" && a.candidate !== undefined && a.old !== undefined),
  unhealthy: ({ actions, drift }) =>
    actions.some((a) => a.kind === "restart") || drift.some(({ kind }) => kind === "unhealthy"),
  "exchange of ports": ({ actions }) => actions.some((a) => a.kind === "rollout" && a.exchange !== undefined),
  "image-moved": ({ drift }) => drift.some(({ kind }) => kind === "image-moved"),
  "port-taken": ({ blocked }) => blocked.some(({ reason }) => reason === "port-taken"),
  renamed: ({ actions, drift }) =>
    actions.some((a) => a.kind === "rename") || drift.some(({ kind }) => kind === "renamed"),
};
