/**
 * Refuses a document that the agent of its node cannot read, before it is written. The agent would refuse it too, and keep what runs; an
 * agent that was never seen decides for itself.
 */
import { type DesiredService, specOf } from "../../schemas/service/desired.ts";
import { newKeys } from "../../schemas/service/document-version.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";

export interface NodeAgent {
  readonly node: NodeName;
  /** What the agent of the node last said of itself; undefined: nothing. */
  readonly agent?: Pick<Presence, "agentVersion" | "documents"> | undefined;
}

/** E_UNSUPPORTED, which names the keys and the agent to update; undefined where the agent can read the document. */
export function agentError({ node, agent }: NodeAgent, document: DesiredService): McpError | undefined {
  if (agent === undefined || document.version <= (agent.documents ?? 1)) return undefined;
  const spec = specOf({ document });
  const keys = (spec === undefined ? [] : newKeys(spec)).map((key) => `\`${key}\``).join(", ");
  const message = `mcp-agent ${agent.agentVersion} on ${node} does not know ${keys}`;
  return new McpError("E_UNSUPPORTED", message, {
    hint: `upgrade mcp-agent on ${node}, or leave out what it does not know`,
  });
}

/** @throws McpError as agentError */
export function requireAgent(snapshot: NodeAgent, document: DesiredService): void {
  const error = agentError(snapshot, document);
  if (error !== undefined) throw error;
}
