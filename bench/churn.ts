/** Changes for their own sake: every other one replaces a container by another version, the others restart one. */
import pLimit from "p-limit";
import type { DesiredPresent } from "../src/schemas/service/desired.ts";
import { nextDocument } from "./bench-bus.ts";
import { type BenchNode, converged, NODE } from "./bench-node.ts";

/** As many at a time as the agent takes by default. */
const PARALLEL = 4;
const RESTART_MS = 60_000;

/** @returns a function that makes so many changes, going round the services, and resolves when all are carried out */
export function churn(node: BenchNode, documents: readonly DesiredPresent[]): (changes: number) => Promise<void> {
  const now = [...documents];
  const state = { next: 0 };
  const bound = pLimit(PARALLEL);
  const change = async (n: number) => {
    const index = n % now.length;
    const document = now[index];
    if (document === undefined) return;
    if (Math.floor(n / now.length + n) % 2 === 0) now[index] = await replace(node, document);
    else await restart(node, document.service);
  };
  return async (changes) => {
    const numbers = Array.from({ length: changes }, (_, i) => state.next + i);
    state.next += changes;
    await Promise.all(numbers.map((n) => bound(() => change(n))));
  };
}

async function replace(node: BenchNode, document: DesiredPresent): Promise<DesiredPresent> {
  const [component] = document.spec.components;
  if (component === undefined) throw new Error("a service without components");
  const image = node.images[component.image === node.images[0] ? 1 : 0];
  const next = nextDocument(document, { ...component, image });
  const stored = await node.bus.readDesired(NODE, document.service);
  await node.bus.writeDesired(next, stored?.revision ?? 0);
  await converged(node, document.service, next.generation);
  return next;
}

async function restart({ bus }: BenchNode, service: string): Promise<void> {
  const signal = AbortSignal.timeout(RESTART_MS);
  const options = { nodes: [NODE], idleMs: RESTART_MS, signal };
  for await (const reply of bus.ask({ verb: "restart", service }, options)) {
    if ("error" in reply) throw new Error(`${service}: ${JSON.stringify(reply)}`);
  }
}
