/**
 * In which order host ports move between the components of a node. Pure. A component that takes over a port comes after the one that
 * frees it. Where that is a circle, all of them exchange their ports at once: their old containers stop together, and
 * together the new ones come up or the old ones come back.
 */
import type { Blocked } from "../../../schemas/service/observed.ts";
import { portsClash } from "../../../schemas/service/port-text.ts";
import type { PortSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName, ServiceName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import type { Party } from "../model/action.ts";
import type { PortUser } from "./port-users.ts";

/** What the ports that a component's new container needs mean for its rollout. */
export interface PortMove {
  /** Components of its service that free a port for it, or for those with which it exchanges ports. */
  readonly after: readonly ComponentName[];
  /** All that exchange their ports with it, itself included; an equal list for each of them. */
  readonly exchange?: readonly Party[];
  /** Why it cannot have its ports now. */
  readonly blocked?: Blocked;
}

export type PortMoves = ReadonlyMap<ComponentName, PortMove>;

/** One port that moves from one component to another. */
interface Handover {
  readonly to: PortUser;
  readonly from: PortUser;
  readonly port: PortSpec;
}

/** @param users all components of the node. @returns the moves of this service's components that are going to be replaced */
export function portMoves(service: ServiceName, users: readonly PortUser[]): PortMoves {
  const graph = new PortGraph(users);
  const replaced = users.filter((user) => user.service === service && user.next !== undefined);
  return new Map(replaced.map((user) => [user.component, moveOf(graph, user)]));
}

function moveOf(graph: PortGraph, user: PortUser): PortMove {
  const circle = graph.circleOf(user);
  const handovers = circle.flatMap((member) => graph.handoversTo(member));
  const isExchange = circle.length > 1 && handovers.every((h) => !circle.includes(h.from) || yields(h));
  const needed = isExchange ? handovers.filter(({ from }) => !circle.includes(from)) : graph.handoversTo(user);
  const obstacle = needed.find((handover) => isObstacle(user.service, handover));
  const own = needed.filter(({ from, to }) => from.service === user.service && to.service === user.service);
  return {
    after: own.filter(yields).map(({ from }) => from.component),
    ...(isExchange ? { exchange: partiesOf(circle) } : {}),
    ...present({ blocked: obstacle && blockedBy(user, obstacle) }),
  };
}

/** The component that holds the port frees it when it is replaced. */
function yields({ from: { next }, port }: Handover): boolean {
  return next !== undefined && !next.ports.some((kept) => portsClash(kept, port));
}

/** Within a service a component frees its port in the same plan, or is stopped when it is to be removed. */
function isObstacle(service: ServiceName, handover: Handover): boolean {
  const { from, to } = handover;
  if (from.service !== to.service || to.service !== service) return true;
  return from.isDesired && !yields(handover);
}

function blockedBy({ service, component }: PortUser, { from, to, port }: Handover): Blocked {
  const held = `which still publishes host port ${port.hostPort}`;
  if (from.service === service)
    return { component, reason: "dependency", message: `waits for ${from.component}, ${held}` };
  const owner = `${from.service}/${from.component}`;
  const message = to.service === service ? `waits for ${owner}, ${held}` : `waits for ${to.service}/${to.component}`;
  const hint = `it continues by itself when ${owner} frees the port; \`mcp status ${from.service}\` shows its state`;
  return { component, reason: "port-taken", message, hint };
}

function partiesOf(circle: readonly PortUser[]): Party[] {
  const parties = circle.flatMap(({ service, component, next }) =>
    next === undefined ? [] : [{ service, component, spec: next.spec }],
  );
  const text = ({ service, component }: Party) => `${service}/${component}`;
  return parties.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Who waits for whom: for a port, or because of `depends_on`. */
class PortGraph {
  readonly #users: readonly PortUser[];
  readonly #holders = new Map<number, PortUser[]>();
  readonly #edges = new Map<PortUser, readonly PortUser[]>();

  constructor(users: readonly PortUser[]) {
    this.#users = users;
    for (const user of users)
      for (const { hostPort } of user.holds)
        this.#holders.set(hostPort, [...(this.#holders.get(hostPort) ?? []), user]);
  }

  handoversTo(to: PortUser): Handover[] {
    const holders = (port: PortSpec) => (this.#holders.get(port.hostPort) ?? []).filter((user) => user !== to);
    return (to.next?.ports ?? []).flatMap((port) =>
      [...new Set(holders(port))]
        .filter(({ holds }) => holds.some((held) => portsClash(held, port)))
        .map((from) => ({ to, from, port })),
    );
  }

  /** Those that wait for it and for which it waits, itself included. */
  circleOf(user: PortUser): PortUser[] {
    return [...this.#reach(user)].filter((other) => this.#reach(other).has(user));
  }

  #reach(user: PortUser): ReadonlySet<PortUser> {
    const reached = new Set([user]);
    for (const next of reached) for (const other of this.#after(next)) reached.add(other);
    return reached;
  }

  #after(user: PortUser): readonly PortUser[] {
    const known = this.#edges.get(user);
    if (known !== undefined) return known;
    const { service, dependsOn } = user;
    const dependencies = this.#users.filter((u) => u.service === service && dependsOn.includes(u.component));
    const found = [...this.handoversTo(user).map(({ from }) => from), ...dependencies];
    this.#edges.set(user, found);
    return found;
  }
}
