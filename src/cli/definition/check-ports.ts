/** Host ports that two components of one service, or one component twice, would publish. */
import type { DraftComponent } from "../../schemas/service/draft-definition.ts";
import { parsePort, portsClash } from "../../schemas/service/port-text.ts";
import type { ProblemList } from "../../toml/problem-list.ts";
import { isWrong } from "../../values/parsed.ts";

export function checkPorts(drafts: readonly DraftComponent[], problems: ProblemList): void {
  const claims = drafts.flatMap(portsOf);
  for (const [index, { port, path }] of claims.entries()) {
    const first = claims.slice(0, index).find((other) => portsClash(other.port, port));
    if (first === undefined) continue;
    const line = problems.lineOf(first.path);
    problems.add(path, {
      wrong: `host port ${port.hostPort}/${port.protocol} is taken by "${first.text}" on line ${line}`,
    });
  }
}

/** Without malformed ports: they have their own problem. */
function portsOf({ ports = [] }: DraftComponent, component: number) {
  return ports.flatMap((text, index) => {
    const parsed = parsePort(text);
    return isWrong(parsed) ? [] : [{ port: parsed.value, text, path: ["components", component, "ports", index] }];
  });
}
