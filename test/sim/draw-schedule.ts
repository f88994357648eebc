/** Draws from a seed what operators do and what goes wrong, in bursts: what is dangerous happens close together. */
import {
  type Act,
  type ImageId,
  NODES,
  type NodeId,
  OPERATORS,
  type OperatorId,
  type ServiceId,
  type Version,
} from "./acts.ts";
import { Dice } from "./dice.ts";

/** `gentle`: operators, slow calls and lost wake-ups, without failures. `wild`: all. */
export type Profile = "gentle" | "wild";

/** When the last act begins at the latest; after that everything may come to rest. */
export const BUSY_MS = 150_000;

const IMAGES = { v1: 5, v2: 5, v3: 4, slow: 2, deaf: 4, bad: 1, gone: 0.5 } as const satisfies Record<ImageId, number>;
const COMPONENTS = { web: ["api", "worker", "db"], shop: ["front", "cache"] } as const;

export function drawSchedule(seed: number, profile: Profile): Act[] {
  const dice = new Dice(seed, "schedule", profile);
  const node = dice.pick(NODES);
  const acts: Act[] = firstDeploys(dice);
  for (let burst = dice.between(2, 5); burst > 0; burst--) {
    const atMs = dice.between(12_000, BUSY_MS - 20_000);
    acts.push(...operatorsBurst(dice, { node: dice.chance(0.8) ? node : dice.pick(NODES), atMs }));
    if (profile === "wild") acts.push(...troubles(dice, node, atMs));
    else if (dice.chance(0.2)) acts.push({ kind: "lose-wakes", atMs, forMs: dice.between(1_000, 60_000) });
  }
  if (profile === "wild" && dice.chance(0.3)) acts.push(...restoredBus(dice, node));
  acts.push(...exchanges(seed, profile, node));
  return acts.toSorted((a, b) => a.atMs - b.atMs);
}

function firstDeploys(dice: Dice): Act[] {
  return NODES.flatMap((node) =>
    (["web", "shop"] as const).map((service): Act => {
      const version = Object.fromEntries(COMPONENTS[service].map((name) => [name, dice.pick(["v1", "deaf"] as const)]));
      const operator = dice.pick(OPERATORS);
      return {
        kind: "deploy",
        atMs: dice.between(1_000, 3_000),
        operator,
        node,
        service,
        force: false,
        version,
        minUpMs: 0,
      };
    }),
  );
}

function operatorsBurst(dice: Dice, { node, atMs }: { readonly node: NodeId; readonly atMs: number }): Act[] {
  const service = dice.pick(["web", "web", "shop"] as const);
  const first = dice.pick(OPERATORS);
  const acts: Act[] = [];
  let nextMs = atMs;
  for (let count = dice.between(1, 4); count > 0; count--) {
    const operator = dice.chance(0.8) ? first : dice.pick(OPERATORS);
    acts.push(write(dice, { operator, node, service, force: dice.chance(0.7) }, nextMs));
    nextMs += dice.chance(0.7) ? dice.between(200, 9_000) : dice.between(9_000, 30_000);
  }
  return acts;
}

type Target = { operator: OperatorId; node: NodeId; service: ServiceId; force: boolean };

function write(dice: Dice, target: Target, atMs: number): Act {
  const kind = dice.weighed({
    ...{ deploy: 12, undeploy: 0.7, stop: 1, start: 1, retry: 1, restart: 1, reseed: 0.3 },
    ...{ adopt: 1, ask: 1.5 },
  });
  if (kind === "restart") return { kind, atMs, node: target.node, service: target.service };
  if (kind === "reseed") return { kind, atMs, operator: target.operator };
  if (kind === "ask") {
    const question = dice.pick(["logs", "follow-logs", "ps", "images"] as const);
    return { kind, atMs, operator: target.operator, node: target.node, question };
  }
  if (kind !== "deploy") return { kind, atMs, ...target };
  return { kind, atMs, ...target, version: drawVersion(dice, target.service), minUpMs: dice.pick([0, 0, 2_000]) };
}

/** In two seeds of five: from an own dice, so that all else is drawn as without them. */
function exchanges(seed: number, profile: Profile, node: NodeId): Act[] {
  const dice = new Dice(seed, "exchanges", profile);
  if (dice.chance(0.6)) return [];
  const operator = dice.pick(OPERATORS);
  const firstMs = dice.between(12_000, BUSY_MS - 30_000);
  return [firstMs, firstMs + dice.between(500, 25_000)].map((atMs) => drawExchange(dice, { operator, node }, atMs));
}

/** The ports of two components of one service and of one of another, in any order. */
function drawExchange(dice: Dice, target: Pick<Target, "operator" | "node">, atMs: number): Act {
  const ports = dice.pick([
    { api: 8080, worker: 8081, front: 8082 },
    { api: 8081, worker: 8080, front: 8082 },
    { api: 8082, worker: 8081, front: 8080 },
    { api: 8081, worker: 8082, front: 8080 },
    { api: 8080, worker: 8082, front: 8081 },
  ] as const);
  const versions = { web: drawVersion(dice, "web"), shop: drawVersion(dice, "shop") };
  return { kind: "exchange", atMs, ...target, versions, ports, minUpMs: dice.pick([0, 0, 2_000]) };
}

/** Mostly all components; sometimes one is left out, or has another name. */
function drawVersion(dice: Dice, service: ServiceId): Version {
  const names: string[] = [...COMPONENTS[service]];
  if (dice.chance(0.1)) names.splice(dice.between(0, names.length - 1), 1);
  if (dice.chance(0.3)) names.push("extra");
  return Object.fromEntries(names.map((name) => [name, dice.weighed(IMAGES)]));
}

function troubles(dice: Dice, node: NodeId, burstMs: number): Act[] {
  return Array.from({ length: dice.between(0, 3) }, () => trouble(dice, node, burstMs + dice.between(-1_000, 15_000)));
}

function trouble(dice: Dice, node: NodeId, atMs: number): Act {
  const downMs = dice.between(100, 20_000);
  const service = dice.pick(["web", "shop"] as const);
  const hit = { atMs, node, service, component: dice.pick([...COMPONENTS[service], "extra"]) };
  const kind = dice.weighed({
    ...{ kill: 3, "podman-dies": 2, refuse: 6, "disk-full": 1, crash: 1, halt: 1, vanish: 1, rename: 0.5 },
    ...{ reboot: 0.4, partition: 2, "lose-wakes": 1, clock: 0.7, "bus-fails": 2 },
    ...{ unwatch: 1, pause: 0.5, detach: 0.7, limit: 0.7, sick: 1 },
  });
  switch (kind) {
    case "kill":
      return { kind, atMs, node, downMs, ...fatalChange(dice) };
    case "podman-dies":
    case "reboot":
      return { kind, atMs, node, downMs };
    case "refuse":
      return { kind, atMs, node, ...refusal(dice) };
    case "disk-full":
      return { kind, atMs, node, forMs: dice.pick([20, 200, 2_000, 30_000]) };
    case "bus-fails":
      return { kind, atMs, ...busFailure(dice, node) };
    case "sick":
      return { kind, ...hit, component: service === "shop" ? "cache" : "extra", forMs: dice.between(5_000, 60_000) };
    case "unwatch":
      return { kind, ...hit, endsMs: dice.between(0, 20_000) };
    case "partition":
      return { kind, atMs, who: dice.pick([...NODES, ...OPERATORS]), forMs: dice.between(500, 60_000) };
    case "lose-wakes":
      return { kind, atMs, forMs: dice.between(1_000, 60_000) };
    case "clock":
      return { kind, atMs, who: dice.pick([...NODES, ...OPERATORS]), stepMs: dice.between(-120_000, 120_000) };
    default:
      return { kind, ...hit };
  }
}

function busFailure(dice: Dice, node: NodeId) {
  const how = dice.pick(["lost", "lost", "refused", "slow"] as const);
  const times = dice.between(1, 3);
  if (dice.chance(0.3)) return { who: dice.pick(OPERATORS), verb: "writeDesired", how, times } as const;
  const verbs = ["publishEvent", "publishEvent", "putObserved", "readDesired", "readIndex", "readRevocations"] as const;
  return { who: node, verb: dice.pick(verbs), how, times } as const;
}

function fatalChange(dice: Dice) {
  if (dice.chance(0.3)) return {};
  const again = dice.chance(0.4) ? { againAfter: dice.between(1, 6) } : {};
  return { afterChanges: dice.between(1, 12), moment: dice.pick(["before", "after"] as const), ...again };
}

function refusal(dice: Dice) {
  const verbs = ["start", "stop", "remove", "rename", "create", "pull", "inspect", "list"] as const;
  const verb = dice.pick([...verbs, "rename", "remove", "stop"] as const);
  const hows = ["error", "error", "error", "late", "hangs", "ignored"] as const;
  const how = dice.pick(verb === "create" || verb === "inspect" || verb === "list" ? hows.slice(0, 5) : hows);
  return { verb, how, times: dice.between(1, 3) } as const;
}

/** The bus loses some time while a node is away, and people continue to deploy. */
function restoredBus(dice: Dice, node: NodeId): Act[] {
  const atMs = dice.between(60_000, BUSY_MS - 40_000);
  const service = dice.pick(["web", "shop"] as const);
  const acts: Act[] = [
    { kind: "partition", atMs, who: node, forMs: dice.between(10_000, 40_000) },
    { kind: "rollback", atMs: atMs + dice.between(100, 3_000), ageMs: dice.between(3_000, 50_000) },
  ];
  let nextMs = atMs + 3_500;
  const operator = dice.pick(OPERATORS);
  for (let count = dice.between(1, 5); count > 0; count--) {
    const target = {
      operator: dice.chance(0.8) ? operator : dice.pick(OPERATORS),
      node,
      service,
      force: dice.chance(0.2),
    };
    acts.push({ kind: "deploy", atMs: nextMs, ...target, version: drawVersion(dice, service), minUpMs: 0 });
    nextMs += dice.between(500, 6_000);
  }
  return acts;
}
