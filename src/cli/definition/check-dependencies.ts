/** `depends_on`: known components, not itself, no circle. */
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import type { ProblemList } from "../../toml/problem-list.ts";
import { didYouMean } from "../../values/nearest.ts";

export function checkDependencies(drafts: readonly DraftComponent[], problems: ProblemList): void {
  const names = drafts.flatMap(({ name }) => (name === undefined ? [] : [name]));
  for (const [component, { name, depends_on = [] }] of drafts.entries()) {
    for (const [index, wanted] of depends_on.entries()) {
      const wrong = complaint({ name, wanted, names, earlier: depends_on.slice(0, index) });
      if (wrong !== undefined) problems.add(["components", component, "depends_on", index], { wrong });
    }
  }
  for (const circle of findCircles(drafts)) {
    const component = drafts.findIndex(({ name }) => name === circle[0]);
    const wrong = `goes in a circle: ${circle.join(" → ")}`;
    problems.add(["components", component, "depends_on"], { wrong });
  }
}

interface Wanted {
  readonly name: string | undefined;
  readonly wanted: string;
  readonly names: readonly string[];
  readonly earlier: readonly string[];
}

function complaint({ name, wanted, names, earlier }: Wanted): string | undefined {
  if (wanted === name) return "a component cannot depend on itself";
  if (earlier.includes(wanted)) return `"${wanted}" is named twice`;
  if (names.includes(wanted)) return undefined;
  return `there is no component "${wanted}"${didYouMean(wanted, names)}`;
}

/**
 * Each circle once, from its first component in the file back to it: `["a", "b", "a"]`. Depth-first search with the
 * classic three colours; a component that was left is never entered again.
 */
function findCircles(drafts: readonly DraftComponent[]): string[][] {
  const edges = new Map(drafts.map(({ name = "", depends_on = [] }) => [name, depends_on.filter((to) => to !== name)]));
  const left = new Set<string>();
  const circles: string[][] = [];
  const visit = (name: string, way: readonly string[]): void => {
    const start = way.indexOf(name);
    if (start >= 0) circles.push([...way.slice(start), name]);
    if (start >= 0 || left.has(name)) return;
    for (const next of new Set(edges.get(name))) visit(next, [...way, name]);
    left.add(name);
  };
  for (const name of edges.keys()) visit(name, []);
  return circles;
}
