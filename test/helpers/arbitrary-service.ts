/** Arbitrary documents, containers and memories of one service, for properties of the planner and of whole passes. */
import fc from "fast-check";
import { type ObservedContainer, temporaryName } from "../../src/agent/reconcile/model/classify.ts";
import type { ServiceMemory } from "../../src/agent/store/store.ts";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import type { ComponentSpec, HealthSpec } from "../../src/schemas/service/spec.ts";
import { present } from "../../src/values/present.ts";
import { component, container, desired, memory, NOW_MS, service, tombstone } from "./builders.ts";

const NAMES = ["db", "api", "web"] as const;
export const GENERATION = 5;

/** `bad` exits at once with code 1, `job` with code 0; the others run. */
const image = fc.constantFrom("v1", "v2", "bad", "job").map((version) => `example.net/web:${version}`);

const volumes: ComponentSpec["volumes"] = [
  { kind: "volume", source: "data", target: "/data", readOnly: false, options: [] },
];

const health = (onUnhealthy: HealthSpec["onUnhealthy"]): HealthSpec => ({
  ...{ check: { kind: "cmd", cmd: ["true"] }, intervalMs: 1_000, timeoutMs: 1_000, retries: 3, startPeriodMs: 0 },
  onUnhealthy,
});

export function componentOf(name: string): fc.Arbitrary<ComponentSpec> {
  return fc
    .record({
      image,
      ports: fc.constantFrom([], [{ hostPort: 80, containerPort: 80, protocol: "tcp" } as const]),
      volumes: fc.constantFrom([], volumes),
      restart: fc.constantFrom({ policy: "no" }, { policy: "on-failure", retries: 1 }, {
        policy: "unless-stopped",
      } as const),
      minUpMs: fc.constantFrom(0, 2_000),
      health: fc.constantFrom(undefined, health("restart"), health("report")),
    })
    .map((own) => component(present({ name, ...own }) as Partial<ComponentSpec>));
}

/** Earlier names may be depended on, so that there is no circle; one component at most publishes the port. */
const components = fc
  .tuple(...NAMES.map((name) => fc.option(fc.tuple(componentOf(name), fc.subarray([...NAMES])), { nil: undefined })))
  .map((drawn) => {
    const chosen = drawn.flatMap((one) => (one === undefined ? [] : [one]));
    return chosen.map(([spec, wanted], index) => ({
      ...spec,
      dependsOn: wanted.filter((name) => chosen.slice(0, index).some(([earlier]) => earlier.name === name)),
      ports: chosen.findIndex(([other]) => other.ports.length > 0) === index ? spec.ports : [],
    }));
  });

const presentDocument = fc
  .record({
    components: components.filter((list) => list.length > 0),
    active: fc.boolean(),
    drift: fc.constantFrom("repair", "report", "ignore"),
  })
  .map((own) => desired({ generation: GENERATION, spec: service(own as Partial<ReturnType<typeof service>>) }));

export const document: fc.Arbitrary<DesiredService> = fc.oneof(
  { weight: 6, arbitrary: presentDocument },
  { weight: 1, arbitrary: fc.constant(tombstone({ generation: GENERATION })) },
);

/** Containers labeled as ours: right and outdated ones, temporary ones, clones, of this and of unknown generations. */
const attempt = fc.constantFrom("one", "two", "three", "four");
const ours = fc
  .record({
    spec: fc.constantFrom(...NAMES, "gone").chain(componentOf),
    attempt,
    place: fc.constantFrom("own", "own", "temporary", "clone"),
    state: fc.constantFrom("running", "running", "running", "exited", "exited", "created", "stopping"),
    exitCode: fc.constantFrom(0, 1, 137),
    generation: fc.constantFrom(3, 4, 5, 6),
  })
  .map(({ spec, place, state, exitCode, ...labels }): ObservedContainer => {
    const own = container(spec, labels);
    const names = {
      own: own.name,
      temporary: temporaryName("web", spec.name, labels.attempt),
      clone: `${own.name}-clone`,
    };
    const name = names[place as keyof typeof names];
    const ended = state === "exited" ? { exitCode } : {};
    return { ...own, id: `${name}-${spec.name}`, name, state: state as ObservedContainer["state"], ...ended };
  });

/** Names are unique on a machine, and no two attempts have one id. */
export const containers = fc.uniqueArray(ours, { maxLength: 5, selector: (c) => c.name }).map((list) =>
  list.filter((c, index) => {
    const before = list.slice(0, index).map((other) => other.labels[LABEL.attempt]);
    return c.name.endsWith("-clone") || !before.includes(c.labels[LABEL.attempt]);
  }),
);

const perComponent = <T>(value: fc.Arbitrary<T>) =>
  fc
    .tuple(
      ...[...NAMES, "gone"].map((name) =>
        fc.option(
          value.map((v) => [name, v] as const),
          { nil: undefined },
        ),
      ),
    )
    .map(
      (entries) =>
        Object.fromEntries(entries.flatMap((entry) => (entry === undefined ? [] : [entry]))) as Record<string, T>,
    );

const repair = fc
  .record({ count: fc.integer({ min: 1, max: 7 }), delay: fc.constantFrom(-1_000, 500, 3_600_000) })
  .map(({ count, delay }) => ({ count, notBeforeMs: NOW_MS + delay, lastMs: NOW_MS - 1_000 }));

/** Any memory at all: also ones that no history could have led to. */
export const anyMemory: fc.Arbitrary<ServiceMemory> = fc
  .record({
    settledGeneration: fc.constantFrom(4, 5),
    appliedGeneration: fc.constantFrom(0, 4, 5),
    attempts: perComponent(attempt),
    promoted: perComponent(attempt),
    failed: perComponent(fc.constantFrom(4, 5)),
    repairs: perComponent(repair),
    stopped: fc.subarray([...NAMES]),
    serving: fc
      .tuple(...NAMES.map((name) => fc.option(componentOf(name), { nil: undefined })))
      .map((specs) => Object.fromEntries(specs.flatMap((spec) => (spec === undefined ? [] : [[spec.name, spec]])))),
  })
  .map((own) => memory(own));
