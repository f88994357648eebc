/** What befalls a machine of a simulation. */
import type { Act, NodeId, OperatorId } from "./acts.ts";
import { faultOf, type SimNode } from "./sim-node.ts";

type Mishap = Extract<Act, { node: NodeId }>;

export function befall(node: SimNode, act: Exclude<Mishap, { operator: OperatorId } | { kind: "restart" }>): void {
  const { runtime } = node;
  switch (act.kind) {
    case "kill": {
      const { downMs, afterChanges, moment = "before", againAfter } = act;
      if (afterChanges === undefined) node.die(downMs, againAfter);
      else node.dieAt({ change: afterChanges, moment, downMs, againAfter });
      return;
    }
    case "podman-dies":
      node.losePodman(act.downMs);
      return;
    case "reboot":
      node.reboot(act.downMs);
      return;
    case "refuse":
      runtime.fail(act.verb, faultOf(act.how, act.verb), act.times);
      return;
    case "disk-full":
      node.fullFor += act.writes;
      return;
    default: {
      const container = node.container(act);
      if (container === undefined) return;
      if (act.kind === "crash" && container.state === "running") runtime.crash(container.id, 1);
      if (act.kind === "halt") runtime.halt(container.id);
      if (act.kind === "vanish") runtime.vanish(container.id);
      if (act.kind === "rename") runtime.renameByHand(container.id, `${container.name}-by-hand`);
    }
  }
}
