/** Which components exchange host ports, and which wait for one another. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { type PortMove, portMoves } from "../../../../src/agent/reconcile/plan/port-moves.ts";
import type { PortUser } from "../../../../src/agent/reconcile/plan/port-users.ts";
import type { PortSpec } from "../../../../src/schemas/service/spec.ts";

const port = (hostPort: number, protocol: PortSpec["protocol"] = "tcp"): PortSpec => ({
  hostPort,
  containerPort: 80,
  protocol,
});

/** A component of `web` that is going to be replaced. */
function moving(component: string, holds: readonly PortSpec[], ports: readonly PortSpec[], dependsOn: string[] = []) {
  return { service: "web", component, holds, next: { spec: component, ports }, isDesired: true, dependsOn };
}

function moveOf(component: string, ...users: readonly PortUser[]): PortMove | undefined {
  return portMoves("web", users).get(component);
}

const namesOf = (move: PortMove | undefined) => move?.exchange?.map((party) => party.component);

it("components in a circle of ports exchange them, each of them with the same partners", () => {
  const users = [moving("api", [port(80)], [port(81)]), moving("site", [port(81)], [port(80)])];
  for (const name of ["api", "site"]) assert.deepEqual(namesOf(moveOf(name, ...users)), ["api", "site"]);
});

it("there is no exchange with a component that keeps its port: the other one waits and says for what", () => {
  const users = [moving("api", [port(80)], [port(81)]), moving("site", [port(81)], [port(80), port(81)])];
  const move = moveOf("api", ...users);
  assert.equal(move?.exchange, undefined);
  assert.equal(move?.blocked?.message, "waits for site, which still publishes host port 81");
});

it("a component that depends on the one that takes its port takes part in an exchange", () => {
  const users = [moving("api", [port(80)], [port(81)]), moving("site", [port(81)], [], ["api"])];
  for (const name of ["api", "site"]) assert.deepEqual(namesOf(moveOf(name, ...users)), ["api", "site"]);
});

it("the same number of another protocol or address is another port", () => {
  const at = (hostAddress: string) => ({ ...port(81), hostAddress });
  const udp = [moving("api", [port(80)], [port(81)]), moving("site", [port(81, "udp")], [port(80, "udp")])];
  const addresses = [
    moving("api", [port(80)], [at("127.0.0.1")]),
    moving("site", [at("127.0.0.2")], [at("127.0.0.3")]),
  ];
  for (const users of [udp, addresses]) assert.deepEqual(moveOf("api", ...users), { after: [] });
});
