/** Ports of one service that cannot be published together, whichever of its components have them. */
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import { parsePort, portsClash } from "../../schemas/service/port-text.ts";
import type { ProblemList } from "../../toml/problem-list.ts";
import { isWrong } from "../../values/parsed.ts";

export function checkPorts(drafts: readonly DraftComponent[], problems: ProblemList): void {
  const claims = drafts.flatMap(placedPorts);
  for (const [index, { port, path }] of claims.entries()) {
    const first = claims.slice(0, index).find((other) => portsClash(other.port, port));
    if (first === undefined) continue;
    const line = problems.lineOf(first.path);
    problems.add(path, {
      wrong: `host port ${port.hostPort}/${port.protocol} is taken by "${first.text}" on line ${line}`,
    });
  }
}

/** Malformed ports were told of already. */
function placedPorts({ ports = [] }: DraftComponent, component: number) {
  return ports.flatMap((text, index) => {
    const parsed = parsePort(text);
    return isWrong(parsed) ? [] : [{ port: parsed.value, text, path: ["components", component, "ports", index] }];
  });
}
