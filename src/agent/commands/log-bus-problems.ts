/** Logs problems with the bus: each one once, then with a count; a refusal with a hint. */

import type { NodeBusOptions } from "../../bus/bus.ts";
import { isCredentialRefusal, isExplained } from "../../bus/connection/auth-error.ts";
import type { ProgramLog } from "../../service/logger.ts";
import { RepeatedProblems } from "../../service/repeated-problems.ts";
import { type McpError, messageOf } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";

export interface BusProblems extends NodeBusOptions {
  /** Call it at each connect: a problem that comes back is logged again. */
  onConnect(): void;
}

export function logBusProblems(log: ProgramLog, node: NodeName, now: () => number = Date.now): BusProblems {
  const problems = new RepeatedProblems(now);
  return {
    onProblem: (error) => {
      const refused = isCredentialRefusal(error);
      const line = problems.lineFor(refused ? refusalText(error, node) : messageOf(error));
      if (line === undefined) return;
      const facts = { code: error.code, hint: refused ? hintOf(error, node) : error.hint };
      if (refused) log.error(facts, `bus: ${line}`);
      else log.warn(facts, `bus: ${line}`);
    },
    onConnect: () => problems.forgetAll(),
  };
}

function refusalText(error: McpError, node: NodeName): string {
  if (isExplained(error)) return messageOf(error);
  return `${messageOf(error)}; node ${node} was removed, or its credentials were revoked or renewed; its containers keep running`;
}

function hintOf(error: McpError, node: NodeName): string {
  if (isExplained(error)) return error.hint;
  return `on a workstation: mcp node add ${node}; then here: mcp-agent join --force ${node}.bundle, and restart the agent`;
}
