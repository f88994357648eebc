/** A node whose agent reaches podman through a socket that listens in. */
import type { Scope } from "../test/helpers/scope.ts";
import { type BenchNode, startBenchNode } from "./bench-node.ts";
import { type PodmanSocketTap, tapPodmanSocket } from "./podman-socket-tap.ts";

export interface TappedNode {
  readonly node: BenchNode;
  readonly tap: PodmanSocketTap;
}

export async function startTappedNode(scope: Scope): Promise<TappedNode> {
  const taps: PodmanSocketTap[] = [];
  const socketFor = async (path: string) => {
    const tap = await tapPodmanSocket(scope, path);
    taps.push(tap);
    return tap.socketPath;
  };
  const node = await startBenchNode(scope, { socketFor });
  const [tap] = taps;
  if (tap === undefined) throw new Error("the node was started without its tap");
  return { node, tap };
}
