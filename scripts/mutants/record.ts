/** Faults in record, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const RECORD: MutantList = {
  area: "record",
  tests: [
    "test/unit/agent/reconcile/recording.test.ts",
    "test/unit/agent/flapping.test.ts",
    "test/unit/agent/behavior/drift.test.ts",
    "test/unit/agent/behavior/deploying.test.ts",
    "test/unit/agent/behavior/overtaken.test.ts",
  ],
  mutants: [
    {
      name: "a failure of an older generation blocks the new one",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: "if (outcome.generation !== accepted) return",
      replace: "if (false) return",
    },
    {
      name: "a foreign container counts as a repair",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: 'blocked.reason !== "name-taken"',
      replace: "true",
    },
    {
      name: "a failed component is not remembered",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: "failed: { ...memory.failed, [component]: failure.generation }",
      replace: "failed: memory.failed",
    },
    {
      name: "a container that came up keeps its failure",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: "failed: without(memory.failed, component),",
      replace: "failed: memory.failed,",
    },
    {
      name: "what came up does not serve",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: "serving: { ...memory.serving, [component]: spec }",
      replace: "serving: memory.serving",
    },
    {
      name: "repairs are not counted",
      file: "src/agent/reconcile/record/record-outcome.ts",
      find: "if (!counts) return memory;",
      replace: "return memory;",
    },
    {
      name: "an applied state is applied again",
      file: "src/agent/reconcile/record/mark-applied.ts",
      find: "isApplied(plan) && ref.generation > memory.appliedGeneration",
      replace: "isApplied(plan)",
    },
    {
      name: "removed components still serve",
      file: "src/agent/reconcile/record/mark-applied.ts",
      find: "Object.fromEntries(Object.entries(memory.serving).filter(own))",
      replace: "memory.serving",
    },
    {
      name: "a flap of an older generation is suppressed",
      file: "src/agent/reconcile/record/suppress-flapping.ts",
      find: "flap?.generation === generation &&",
      replace: "",
    },
    {
      name: "a flap never ends",
      file: "src/agent/reconcile/record/suppress-flapping.ts",
      find: "leftMs > 0 && leftMs <= QUIET_MS",
      replace: "leftMs <= QUIET_MS",
    },
    {
      name: "the end of a flap reports nothing",
      file: "src/agent/reconcile/record/suppress-flapping.ts",
      find: ", ...endings.flatMap(({ closed }) => closed)]",
      replace: "]",
    },
  ],
};
