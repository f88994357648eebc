/** Faults in sync, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const SYNC: MutantList = {
  area: "sync",
  tests: ["test/unit/cli/commands/sync.test.ts", "test/integration/cli/sync.test.ts"],
  mutants: [
    {
      name: "all nodes are synced with --node",
      file: "src/cli/sync/plan-sync.ts",
      find: "options.node === undefined || node === options.node",
      replace: "true",
    },
    {
      name: "an unchanged service is written",
      file: "src/cli/sync/plan-sync.ts",
      find: "if (isCurrent && isTakenByNode(snapshot)) return",
      replace: "if (false) return",
    },
    {
      name: "an unknown node gets documents",
      file: "src/cli/sync/plan-sync.ts",
      find: "if (!options.force && isUnknown(view, snapshot))",
      replace: "if (false)",
    },
    {
      name: "--force does not write to an unknown node",
      file: "src/cli/sync/plan-sync.ts",
      find: "if (!options.force && isUnknown",
      replace: "if (isUnknown",
    },
    {
      name: "a retired service comes back",
      file: "src/cli/sync/plan-sync.ts",
      find: "isTombstone(stored.document) && !force)",
      replace: "false)",
    },
    {
      name: "components are removed without --prune",
      file: "src/cli/sync/plan-sync.ts",
      find: "if (removed.length > 0) return",
      replace: "if (false) return",
    },
    {
      name: "--prune removes nothing",
      file: "src/cli/sync/plan-sync.ts",
      find: "const removed = prune ? [] :",
      replace: "const removed =",
    },
    {
      name: "a new image without a registry is written",
      file: "src/cli/sync/plan-sync.ts",
      find: 'if (error !== undefined) return { ...item, differences, outcome: "refused", error };',
      replace: "",
    },
    {
      name: "rights are not checked before writing",
      file: "src/cli/sync/plan-sync.ts",
      find: "return refusal === undefined ? { ...planned, change }",
      replace: "return true ? { ...planned, change }",
    },
    {
      name: "unseen state is overwritten by a sync",
      file: "src/cli/sync/plan-sync.ts",
      find: "checkSeen: true, whole: true",
      replace: "checkSeen: false, whole: true",
    },
    {
      name: "a conflict counts as refused",
      file: "src/cli/sync/plan-sync.ts",
      find: 'differences: differencesOf(spec, snapshot.stored), outcome: "conflict", error }',
      replace: 'differences: differencesOf(spec, snapshot.stored), outcome: "refused", error }',
    },
    {
      name: "--reseed forces what the node accepted",
      file: "src/cli/sync/plan-sync.ts",
      find: "lost !== undefined && lost !== snapshot.accepted",
      replace: "lost !== undefined",
    },
    {
      name: "an updated service counts as created",
      file: "src/cli/sync/plan-sync.ts",
      find: 'outcome: isTombstone(stored.document) ? "created" : "updated"',
      replace: 'outcome: "created"',
    },
    {
      name: "a failed write counts as written",
      file: "src/cli/sync/write-sync.ts",
      find: 'if (outcome !== undefined && "error" in outcome) failures',
      replace: "if (false) failures",
    },
    {
      name: "a failed write is recorded as seen",
      file: "src/cli/sync/write-sync.ts",
      find: "if (document === undefined || failures.has(item)) return [];",
      replace: "if (document === undefined) return [];",
    },
    {
      name: "an unchanged service is not recorded as seen",
      file: "src/cli/sync/write-sync.ts",
      find: '(outcome === "unchanged" ? snapshot.stored?.document : undefined)',
      replace: "undefined",
    },
    {
      name: "a failed write has an event",
      file: "src/cli/sync/write-sync.ts",
      find: "const written = planned.filter(({ item }) => !failures.has(item));",
      replace: "const written = planned;",
    },
    {
      name: "a lost race counts as refused",
      file: "src/cli/sync/write-sync.ts",
      find: 'outcome: error.code === "E_CONFLICT" ? "conflict" : "refused"',
      replace: 'outcome: "refused"',
    },
    {
      name: "nodes of one service have an event each",
      file: "src/cli/sync/write-sync.ts",
      find: "group.push(one);\n    byService.set(one.document.service, group);",
      replace: "byService.set(`${one.document.service}-${one.document.node}`, [one]);",
    },
    {
      name: "another node's documents are restored",
      file: "src/cli/sync/reseed.ts",
      find: "body.documents.filter((document) => document.node === node)",
      replace: "body.documents",
    },
    {
      name: "a conflict is overwritten",
      file: "src/cli/sync/reseed.ts",
      find: "if (isOlder || force) writes",
      replace: "if (true) writes",
    },
    {
      name: "what is missing on the bus is not restored",
      file: "src/cli/sync/reseed.ts",
      find: "now === undefined || now.document.generation",
      replace: "now !== undefined && now.document.generation",
    },
    {
      name: "another state of the same generation counts as the same",
      file: "src/cli/sync/reseed.ts",
      find: "return isSameState(refOf(stored), floor);",
      replace: "return true;",
    },
    {
      name: "offline nodes are waited for",
      file: "src/cli/sync/reseed.ts",
      find: 'asked.filter(({ liveness }) => liveness === "online")',
      replace: "asked.filter(() => true)",
      survives: "the wait ends with idleMs anyway; only its length differs",
    },
  ],
};
