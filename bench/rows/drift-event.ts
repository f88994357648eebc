/**
 * Row 6: a container's process is killed; how much later than podman's own `died` event reaches its subscriber does our
 * drift event reach a subscriber of the event stream. Podman's event is taken where it passes into the agent; a second
 * subscriber is shown beside it (podman-socket-tap.ts says why). The services ask for reports only, so that this bench,
 * not the agent, starts the containers again.
 */
import type { EventKind } from "../../src/schemas/wire/event.ts";
import { componentSpec } from "../../test/helpers/component-spec.ts";
import { podmanRest } from "../../test/helpers/podman-rest.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { Arrivals } from "../arrivals.ts";
import { firstDocument } from "../bench-bus.ts";
import { type BenchNode, converged, NODE } from "../bench-node.ts";
import { watchPodmanEvents } from "../podman-event-watch.ts";
import type { BenchContext, Row, RowResult } from "../row.ts";
import { median, quantile, rounded } from "../statistics.ts";
import { startTappedNode } from "../tapped-node.ts";

/** So many that none dies often enough to be told as flapping instead, which would hush its drift events. */
const SERVICES = 32;
const KILLS = 120;

export const driftEventRow: Row = { id: "6", title: "a killed container, at both subscribers", run };

async function run({ scope, effort }: BenchContext): Promise<RowResult[]> {
  const { node, tap } = await startTappedNode(scope);
  const watches: Watches = {
    agents: tap.arrivals,
    second: await watchPodmanEvents(scope, node.podman.socketPath),
    ours: watchEvents(scope, node, ["drift-opened", "drift-closed"]),
  };
  const names = Array.from({ length: SERVICES }, (_, i) => `web-${i}`);
  await Promise.all(names.map((name) => deploy(node, name)));
  const kills: Kill[] = [];
  for (let n = 0; n < Math.ceil(KILLS * effort); n++) {
    kills.push(await kill(node, watches, names[n % SERVICES] ?? ""));
  }
  return [resultOf(kills)];
}

interface Watches {
  /** Podman's events as the agent is sent them. */
  readonly agents: Arrivals;
  /** The same at another subscriber. */
  readonly second: Arrivals;
  /** The node's events at a subscriber of the event stream. */
  readonly ours: Arrivals;
}

/** Milliseconds from the kill. */
type Kill = Record<keyof Watches, number>;

async function kill(node: BenchNode, { agents, second, ours }: Watches, name: string): Promise<Kill> {
  const pid = await pidOf(node, name);
  const died = `died ${name}`;
  const told = Promise.all([agents.next(died), second.next(died), ours.next(`drift-opened ${name}`)]);
  const killedMs = performance.now();
  process.kill(pid, "SIGKILL");
  const [agentsMs, secondMs, oursMs] = await told;
  const closed = ours.next(`drift-closed ${name}`);
  await podmanRest(node.podman.socketPath, "POST", `/containers/${name}/start`);
  await closed;
  return { agents: agentsMs - killedMs, second: secondMs - killedMs, ours: oursMs - killedMs };
}

function resultOf(kills: readonly Kill[]): RowResult {
  const delays = kills.map(({ agents, ours }) => ours - agents);
  const spread = kills.map(({ agents, second }) => Math.abs(second - agents));
  return {
    id: "6",
    name: "container killed to drift event, 99th percentile",
    floor: "podman's died event, at its subscriber",
    figure: { delta: quantile(delays, 0.99), unit: "ms" },
    goal: { atMost: 50 },
    samples: kills.length,
    medianMs: rounded(median(kills.map(({ ours }) => ours))),
    floorMs: rounded(median(kills.map(({ agents }) => agents))),
    details: {
      medianDeltaMs: rounded(median(delays)),
      p90DeltaMs: rounded(quantile(delays, 0.9)),
      maxDeltaMs: rounded(Math.max(...delays)),
      twoBareSubscribersApartP99Ms: rounded(quantile(spread, 0.99)),
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

/** Events as any consumer of the stream gets them: arrivals of `drift-opened web-1`. */
function watchEvents(scope: Scope, { bus }: BenchNode, kinds: readonly EventKind[]): Arrivals {
  const arrivals = new Arrivals();
  const stop = new AbortController();
  const follow = async (kind: EventKind) => {
    const query = { node: NODE, kind, follow: true, last: 0 };
    for await (const event of bus.events(query, stop.signal)) arrivals.note(`${event.kind} ${event.service}`);
  };
  const following = Promise.all(kinds.map(follow)).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  scope.after(async () => {
    stop.abort();
    await following;
  });
  return arrivals;
}
