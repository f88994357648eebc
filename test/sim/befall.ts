/** What befalls a machine of a simulation. */
import type { Act, NodeId, OperatorId } from "./acts.ts";
import { faultOf, type SimNode } from "./sim-node.ts";

type Mishap = Extract<Act, { node: NodeId }>;

type Befalling = Exclude<Mishap, { operator: OperatorId } | { kind: "restart" }>;

export function befall(node: SimNode, act: Befalling): void {
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
      node.fillDisk(act.forMs);
      return;
    case "sick":
      node.fallSick(act);
      return;
    default:
      hit(node, act);
  }
}

type Hit = Exclude<
  Extract<Befalling, { component: string }>,
  {
    kind: "sick";
  }
>;

function hit(node: SimNode, act: Hit): void {
  const { runtime } = node;
  const container = node.container(act);
  if (container === undefined) return;
  const { id, name, state } = container;
  switch (act.kind) {
    case "crash":
      if (state === "running") runtime.crash(id, 1);
      return;
    case "halt":
      runtime.halt(id);
      return;
    case "vanish":
      runtime.vanish(id);
      return;
    case "rename":
      runtime.renameByHand(id, `${name}-by-hand`);
      return;
    case "pause":
      if (state === "running") runtime.become(id, "paused");
      return;
    case "detach":
      runtime.change(id, { network: undefined });
      return;
    case "limit":
      runtime.change(id, { memoryBytes: 64 * 1024 * 1024 });
      return;
    case "unwatch":
      if (state === "running") node.unwatch(id, act.endsMs);
  }
}
