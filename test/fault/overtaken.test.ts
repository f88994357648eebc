/** A deploy overtaken by the next one, on real parts: whatever is being stopped, something serves. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { freePort } from "../helpers/free-port.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("a deploy that is overtaken", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
  });

  /** Ids of the service's containers by state. */
  const states = async () => {
    const options = ["--all", "--filter", "label=mcp.service=web", "--format", "json"];
    const found: { Id: string; State: string }[] = JSON.parse(await fleet.rift.podman.podman("ps", ...options));
    return found.map(({ Id, State }) => ({ id: Id, state: State }));
  };

  it("while the container before it is being stopped keeps the new one until the third is up", async () => {
    const { alice, rift, images } = fleet;
    const slow = 'stop_timeout = "8s"';
    await alice.define("web", oneComponent("web", images["deaf:v1"], slow));
    assert.equal((await alice.mcp("deploy", "web")).code, 0);
    const first = (await rift.demand("web-api")).Id;
    await alice.define("web", oneComponent("web", images["hello:v2"], slow));
    const second = alice.start("deploy", "web", "--timeout", "60s");
    const healthy = await eventually(
      async () => {
        const found = await states();
        const isStopping = found.some(({ id, state }) => id === first && state === "stopping");
        return isStopping && found.find(({ id, state }) => id !== first && state === "running")?.id;
      },
      { what: "the second version runs while the first is stopped", timeoutMs: 20_000, intervalMs: 100 },
    );
    await alice.define("web", oneComponent("web", images["hello:v1"], slow).replace("200ms", "3s"));
    const third = alice.start("deploy", "web", "--timeout", "60s");
    const seen: string[] = [];
    const isUp = async () => {
      const found = await states();
      const [{ id = "" } = {}] = found.filter(({ id, state }) => state === "running" && id !== first && id !== healthy);
      if (!found.some(({ id, state }) => id === healthy && state === "running")) return true;
      seen.push(id);
      return false;
    };
    await eventually(isUp, { what: "the second version is replaced", timeoutMs: 60_000, intervalMs: 100 });
    const end = await third.ended;
    assert.equal(end.code, 0, end.stderr);
    assert.ok(
      seen.some((id) => id !== ""),
      "the third ran while the second still served",
    );
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v1"]);
    await eventually(async () => (await rift.containers()).join() === "web-api", { what: "nothing else is left" });
    await second.ended;
  });

  it("by its own failure leaves a component serving that it renames, also one that holds the same port", async () => {
    const { alice, rift, images } = fleet;
    const port = await freePort();
    const ports = `ports = ["127.0.0.1:${port}:8080"]`;
    await alice.define("shop", oneComponent("shop", images["hello:v1"], ports));
    assert.equal((await alice.mcp("deploy", "shop")).code, 0);
    const old = await rift.demand("shop-api");
    const renamed = (image: string) => oneComponent("shop", image, ports).replace('"api"', '"site"');
    for (const image of [`${fleet.registry.address}/nowhere:v1`, images["crasher:v1"]]) {
      await alice.define("shop", renamed(image));
      assert.equal((await alice.mcp("deploy", "shop", "--timeout", "60s")).code, 9, image);
      assert.equal((await running(rift, "shop-api")).Id, old.Id, image);
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello v1\n", image);
    }
    await alice.define("shop", renamed(images["hello:v2"]));
    const { code, stderr } = await alice.mcp("deploy", "shop", "--timeout", "60s");
    assert.equal(code, 0, stderr);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello v2\n");
    assert.equal(await rift.inspect("shop-api"), undefined);
  });
});
