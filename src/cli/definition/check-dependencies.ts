/** The rules of `depends_on`: known components, not itself, no cycle. */
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import type { ProblemList } from "../../toml/problem-list.ts";
import { didYouMean } from "../../values/nearest.ts";

export function checkDependencies(drafts: readonly DraftComponent[], problems: ProblemList): void {
  const names = drafts.flatMap(({ name }) => (name === undefined ? [] : [name]));
  for (const [component, { name, depends_on = [] }] of drafts.entries()) {
    for (const [index, on] of depends_on.entries()) {
      const wrong = problemOf({ name, on, names, earlier: depends_on.slice(0, index) });
      if (wrong !== undefined) problems.add(["components", component, "depends_on", index], { wrong });
    }
  }
  for (const cycle of findCycles(drafts)) {
    const component = drafts.findIndex(({ name }) => name === cycle[0]);
    const wrong = `is a cycle: ${cycle.join(" → ")}`;
    problems.add(["components", component, "depends_on"], { wrong });
  }
}

interface Dependency {
  readonly name: string | undefined;
  readonly on: string;
  readonly names: readonly string[];
  readonly earlier: readonly string[];
}

function problemOf({ name, on, names, earlier }: Dependency): string | undefined {
  if (on === name) return "a component cannot depend on itself";
  if (earlier.includes(on)) return `"${on}" is named twice`;
  if (names.includes(on)) return undefined;
  return `there is no component "${on}"${didYouMean(on, names)}`;
}

/**
 * Each cycle once, from its first component in the file back to it: `["a", "b", "a"]`. Depth-first search with the
 * classic three colors: a component whose search has ended is never entered again.
 */
function findCycles(drafts: readonly DraftComponent[]): string[][] {
  const edges = new Map(drafts.map(({ name = "", depends_on = [] }) => [name, depends_on.filter((to) => to !== name)]));
  const left = new Set<string>();
  const cycles: string[][] = [];
  const visit = (name: string, way: readonly string[]): void => {
    const start = way.indexOf(name);
    if (start >= 0) cycles.push([...way.slice(start), name]);
    if (start >= 0 || left.has(name)) return;
    for (const next of new Set(edges.get(name))) visit(next, [...way, name]);
    left.add(name);
  };
  for (const name of edges.keys()) visit(name, []);
  return cycles;
}
