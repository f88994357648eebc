/** Faults in redaction, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const REDACTION: MutantList = {
  area: "redaction",
  tests: [
    "test/unit/schemas/redact.test.ts",
    "test/unit/schemas/spec-diff.test.ts",
    "test/unit/cli/no-secret-shown.test.ts",
    "test/unit/agent/behavior/secrets.test.ts",
  ],
  mutants: [
    {
      name: "values are shown",
      file: "src/schemas/service/redact.ts",
      find: "[name, HIDDEN]",
      replace: "[name, name]",
    },
    {
      name: "a document shows values",
      file: "src/schemas/service/redact.ts",
      find: "return { ...document, spec: shownSpec(document.spec) };",
      replace: "return document;",
    },
    {
      name: "a tombstone shows values",
      file: "src/schemas/service/redact.ts",
      find: "retired: shownSpec(document.retired)",
      replace: "retired: document.retired",
    },
    {
      name: "an unknown value shows env",
      file: "src/schemas/service/redact.ts",
      find: 'key === "env" ? HIDDEN : withoutEnv(inner)',
      replace: "withoutEnv(inner)",
    },
    {
      name: "a list of unknown values shows env",
      file: "src/schemas/service/redact.ts",
      find: "return value.map(withoutEnv);",
      replace: "return value;",
    },
    {
      name: "short values are struck out",
      file: "src/schemas/service/redact.ts",
      find: "const SHORTEST_STRUCK = 6;",
      replace: "const SHORTEST_STRUCK = 1;",
    },
    {
      name: "values of seven characters stay",
      file: "src/schemas/service/redact.ts",
      find: "const SHORTEST_STRUCK = 6;",
      replace: "const SHORTEST_STRUCK = 8;",
    },
    {
      name: "only the first occurrence is struck out",
      file: "src/schemas/service/redact.ts",
      find: "left.replaceAll(piece, () =>",
      replace: "left.replace(piece, () =>",
    },
    {
      name: "the name is taken for a pattern",
      file: "src/schemas/service/redact.ts",
      find: "() => `$${name}`",
      replace: "`$${name}`",
      survives: "a name of a variable begins with a letter or an underscore, which means nothing after a dollar",
    },
    {
      name: "quoted values stay",
      file: "src/schemas/service/redact.ts",
      find: "JSON.stringify(value).slice(1, -1), ",
      replace: "",
    },
    {
      name: "lines of a value stay",
      file: "src/schemas/service/redact.ts",
      find: ", ...value.split(/\\r?\\n/)]",
      replace: "]",
    },
    {
      name: "the shortest piece goes first",
      file: "src/schemas/service/redact.ts",
      find: ".sort(([a], [b]) => b.length - a.length)",
      replace: ".sort(([a], [b]) => a.length - b.length)",
    },
    {
      name: "a difference shows the value of a variable",
      file: "src/schemas/service/diff.ts",
      find: "{ field, want: CHANGED, have: SET }",
      replace: "{ field, want: String(own(want, key)), have: SET }",
    },
    {
      name: "a changed variable is no difference",
      file: "src/schemas/service/diff.ts",
      find: "own(want, key) !== own(have, key));",
      replace: "own(want, key) === undefined || own(have, key) === undefined);",
    },
    {
      name: "names of every object are found",
      file: "src/schemas/service/diff.ts",
      find: "return Object.getOwnPropertyDescriptor(record, key)?.value;",
      replace: "return Reflect.get(record, key);",
    },
    {
      name: "labels are not compared",
      file: "src/schemas/service/diff.ts",
      find: "    ...diffMembers(`${field}.labels`, wantLabels, haveLabels),\n",
      replace: "",
    },
    {
      name: "health checks are not compared",
      file: "src/schemas/service/diff.ts",
      find: "      want.health && healthInWords(want.health),\n",
      replace: "      have.health && healthInWords(have.health),\n",
    },
    {
      name: "a removed component is no difference",
      file: "src/schemas/service/diff.ts",
      find: "...want.components, ...(have?.components ?? [])]",
      replace: "...want.components]",
    },
    {
      name: "drift is not compared",
      file: "src/schemas/service/diff.ts",
      find: '    ...diffValues("drift", want.drift, have?.drift),\n',
      replace: "",
    },
    {
      name: "stopped and active are the same",
      file: "src/schemas/service/diff.ts",
      find: '    ...diffValues("active", want.active, have?.active),\n',
      replace: "",
    },
  ],
};
