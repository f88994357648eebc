/** What an agent says of containers that were given secrets: in its log, its events, its reports. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const SECRET = "correct-horse\nbattery-staple";
const BAD = "example.net/web:bad";

/** Everything that left the node. */
const told = ({ bus }: AgentWorld) => JSON.stringify([bus.events, bus.report("web")]);

describe("the value of an environment variable", () => {
  it("is struck out of the last lines of a container that did not come up, its name in its place", async (t) => {
    const world = new AgentWorld(t);
    const lines = [
      "connecting with correct-horse",
      "battery-staple was refused",
      `"${"correct-horse\\nbattery-staple"}"`,
    ];
    world.runtime.provide(BAD, { exitCode: 3, lines });
    await world.start();
    world.deploy({ components: [component({ image: BAD, env: { PASSWORD: SECRET }, restart: { policy: "no" } })] });
    const report = await world.reported("web", (r) => r.failure !== undefined);
    assert.deepEqual(report.failure?.lines, ["connecting with $PASSWORD", "$PASSWORD was refused", '"$PASSWORD"']);
    assert.doesNotMatch(told(world), /correct-horse|battery-staple/);
  });

  it("is struck out before a long line is cut, so that no piece of it is left", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide(BAD, { exitCode: 3, lines: [`${"x".repeat(990)}correct-horse-battery-staple`] });
    await world.start();
    const env = { PASSWORD: "correct-horse-battery-staple" };
    world.deploy({ components: [component({ image: BAD, env, restart: { policy: "no" } })] });
    await world.reported("web", (r) => r.failure !== undefined);
    assert.doesNotMatch(told(world), /correct/);
  });
});
