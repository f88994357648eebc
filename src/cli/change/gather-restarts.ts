/** Sorts the answers of nodes for `mcp restart`: what was restarted, which nodes failed, which did not answer. Pure. */
import type { RestartOutput } from "../../schemas/output/change-output.ts";
import type { NodeFailure, NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { AgentReply } from "../../schemas/wire/request.ts";
import type { NodeName, Selector } from "../../values/names.ts";

/** A node without a last answer counts as silent, even if it restarted something. */
export function gatherRestarts(
  answers: ReadonlyMap<NodeName, readonly AgentReply[]>,
  asked: readonly NodeLiveness[],
  selector: Selector,
): RestartOutput {
  const restarted = [...answers].flatMap(([node, replies]) =>
    replies.flatMap(({ body }) =>
      body?.verb === "restart" ? [{ node, component: body.component, containerId: body.containerId }] : [],
    ),
  );
  const hasEnded = (node: NodeName) => answers.get(node)?.some(({ last }) => last) === true;
  const idle = (node: NodeName) => !restarted.some((one) => one.node === node);
  return {
    restarted,
    silent: asked.filter(({ node }) => !hasEnded(node)),
    failed: asked.flatMap(({ node }) => failureOf(answers.get(node) ?? [], selector, idle(node))),
  };
}

function failureOf(replies: readonly AgentReply[], { service, component }: Selector, isIdle: boolean): NodeFailure[] {
  const error = replies.find((reply) => reply.error !== undefined);
  if (error?.error !== undefined) return [{ node: error.node, ...error.error }];
  const end = replies.find(({ last }) => last);
  if (end === undefined || !isIdle) return [];
  const what = component === undefined ? service : `${service}/${component}`;
  return [{ node: end.node, code: "E_NOT_FOUND", message: `no container of ${what} to restart` }];
}
