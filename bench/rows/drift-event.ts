/**
 * Row 6: a container's process is killed; how much later than podman's own `died` event at a subscriber of its socket
 * does our drift event reach a subscriber of the event stream. The services ask for reports only, so that this bench,
 * not the agent, starts the containers again.
 */
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { podmanRest } from "../../test/helpers/podman-rest.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { firstDocument } from "../bench-bus.ts";
import { type BenchNode, converged, NODE, startBenchNode } from "../bench-node.ts";
import { watchPodmanEvents } from "../podman-event-watch.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { median, quantile, rounded } from "../statistics.ts";

const SERVICES = 8;
const KILLS = 120;
const TIMEOUT_MS = 30_000;

export const driftEventRow: Row = { id: "6", title: "a killed container, at both subscribers", run };

async function run({ scope, effort }: BenchContext): Promise<RowResult[]> {
  const node = await startBenchNode(scope);
  const podman = await watchPodmanEvents(scope, node.podman.socketPath);
  const drift = watchDrift(scope, node);
  const names = Array.from({ length: SERVICES }, (_, i) => `web-${i}`);
  await Promise.all(names.map((name) => deploy(node, name)));
  const kills = Math.ceil(KILLS * effort);
  const delays = { ours: [] as number[], theirs: [] as number[], between: [] as number[] };
  for (let n = 0; n < kills; n++) {
    const name = names[n % SERVICES] ?? "";
    const pid = await pidOf(node, name);
    const told = Promise.all([podman.arrival("died", name), drift.arrival("drift-opened", name)]);
    const killedMs = performance.now();
    process.kill(pid, "SIGKILL");
    const [died, opened] = await told;
    delays.theirs.push(died - killedMs);
    delays.ours.push(opened - killedMs);
    delays.between.push(opened - died);
    const closed = drift.arrival("drift-closed", name);
    await podmanRest(node.podman.socketPath, "POST", `/containers/${name}/start`);
    await closed;
  }
  return [resultOf(delays)];
}

function resultOf(delays: Readonly<Record<"ours" | "theirs" | "between", readonly number[]>>): RowResult {
  const { ours, theirs, between } = delays;
  return {
    id: "6",
    name: "container killed to drift event, 99th percentile",
    floor: "podman's own died event",
    figure: { delta: quantile(between, 0.99), unit: "ms" },
    goal: { atMost: 50 },
    samples: between.length,
    medianMs: rounded(median(ours)),
    floorMs: rounded(median(theirs)),
    details: {
      medianDeltaMs: rounded(median(between)),
      p90DeltaMs: rounded(quantile(between, 0.9)),
      maxDeltaMs: rounded(Math.max(...between)),
    },
  };
}

async function deploy(node: BenchNode, name: string): Promise<void> {
  const component = componentSpec({ name, image: node.images[0], network: "none" });
  await node.bus.writeDesired(firstDocument(NODE, component, { drift: "report" }), 0);
  await converged(node, name);
}

async function pidOf({ podman }: BenchNode, name: string): Promise<number> {
  const { body } = await podmanRest(podman.socketPath, "GET", `/containers/${name}/json`);
  const pid = (body as { State?: { Pid?: number } }).State?.Pid ?? 0;
  if (pid <= 1) throw new Error(`${name} does not run`);
  return pid;
}

/** Drift events as any consumer of the stream gets them, by their kind and service. */
function watchDrift(scope: Scope, { bus }: BenchNode) {
  const waiting = new Map<string, (at: number) => void>();
  const stop = new AbortController();
  const follow = async (kind: "drift-opened" | "drift-closed") => {
    for await (const event of bus.events({ node: NODE, kind, follow: true, last: 0 }, stop.signal)) {
      const at = performance.now();
      waiting.get(`${event.kind} ${event.service}`)?.(at);
    }
  };
  const following = Promise.all([follow("drift-opened"), follow("drift-closed")]).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  scope.after(async () => {
    stop.abort();
    await following;
  });
  return {
    arrival: (kind: "drift-opened" | "drift-closed", service: string) =>
      new Promise<number>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${kind} of ${service}`)), TIMEOUT_MS);
        waiting.set(`${kind} ${service}`, (at) => {
          clearTimeout(late);
          resolve(at);
        });
      }),
  };
}
