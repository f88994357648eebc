/** Host ports that components and services of a node exchange, on real parts: both move, or both stay. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { suiteScope } from "../helpers/scope.ts";

const WAIT = { timeoutMs: 90_000, intervalMs: 250 };

describe("an exchange of host ports", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const ports: number[] = [];

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    ports.push(await freePort(), await freePort());
  });

  interface Published {
    readonly image: "hello:v1" | "hello:v2" | "crasher:v1";
    /** 0 or 1: which of the two ports. */
    readonly at: 0 | 1;
  }

  const componentOf = (name: string, { image, at }: Published) => `
[[components]]
name = "${name}"
image = "${fleet.images[image]}"
min_up = "200ms"
ports = ["127.0.0.1:${ports[at]}:8080"]
`;
  const define = (service: string, components: Record<string, Published>) => {
    const text = Object.entries(components).map(([name, published]) => componentOf(name, published));
    return fleet.alice.define(service, `name = "${service}"\nnode = "rift"\n${text.join("")}`);
  };
  const answer = async (port: 0 | 1) => {
    const response = await fetch(`http://127.0.0.1:${ports[port]}/`).catch(() => undefined);
    return await response?.text();
  };
  const answers = async () => [await answer(0), await answer(1)];
  const answersAre = (first: string, second: string) =>
    eventually(async () => `${await answers()}` === `${first}\n,${second}\n`, { what: `${first}, ${second}`, ...WAIT });

  it("between two components of a service moves both, and leaves both when one does not come up", async () => {
    const { alice } = fleet;
    await define("pair", { one: { image: "hello:v1", at: 0 }, two: { image: "hello:v2", at: 1 } });
    assert.equal((await alice.mcp("deploy", "pair", "--timeout", "60s")).code, 0);
    await answersAre("hello v1", "hello v2");
    await define("pair", { one: { image: "crasher:v1", at: 1 }, two: { image: "hello:v2", at: 0 } });
    assert.equal((await alice.mcp("deploy", "pair", "--timeout", "60s")).code, 9);
    await answersAre("hello v1", "hello v2");
    await define("pair", { one: { image: "hello:v1", at: 1 }, two: { image: "hello:v2", at: 0 } });
    const { code, stderr } = await alice.mcp("deploy", "pair", "--timeout", "60s");
    assert.equal(code, 0, stderr);
    await answersAre("hello v2", "hello v1");
    assert.equal((await alice.mcp("undeploy", "pair", "--yes")).code, 0);
  });

  it("between two services moves both, and leaves both when one does not come up", async () => {
    const { alice } = fleet;
    await define("left", { api: { image: "hello:v1", at: 0 } });
    await define("right", { api: { image: "hello:v2", at: 1 } });
    assert.equal((await alice.mcp("sync")).code, 0);
    await answersAre("hello v1", "hello v2");
    await define("left", { api: { image: "hello:v1", at: 1 } });
    await define("right", { api: { image: "crasher:v1", at: 0 } });
    assert.equal((await alice.mcp("sync")).code, 0);
    const hasFailed = async () => {
      const { output } = await alice.json("status-output", "status", "right");
      return output.services.some(({ state }) => state === "degraded");
    };
    await eventually(hasFailed, { what: "the new version of right has failed", ...WAIT });
    await answersAre("hello v1", "hello v2");
    await define("right", { api: { image: "hello:v2", at: 0 } });
    assert.equal((await alice.mcp("sync")).code, 0);
    await answersAre("hello v2", "hello v1");
    const states = async () => {
      const { output } = await alice.json("status-output", "status");
      return output.services.map(({ service, state }) => `${service} ${state}`).toSorted();
    };
    await eventually(async () => `${await states()}`.includes("left converged,right converged"), {
      what: "both converged",
      ...WAIT,
    });
  });
});
