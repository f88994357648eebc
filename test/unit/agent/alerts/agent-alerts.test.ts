/** Alerts of a whole agent, with a real program and no bus. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const RECORD = fileURLToPath(new URL("../../../fixtures/alerts/record", import.meta.url));

describe("an agent with an alert command and no bus", () => {
  it("tells a drift that lasts and its end, and once that the component flaps", async (t) => {
    const file = join(await tempDir(t), "told");
    const world = new AgentWorld(t);
    const first = await world.start();
    await world.deployed({ drift: "report" });
    await first.stop();
    const alerts = { command: [RECORD, file], forMs: 30_000, cooldownMs: 900_000 };
    await world.start({ isUp: false, alerts });
    await world.clock.advance(5_000);
    const told = async () =>
      (await readFile(file, "utf8"))
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(" ", 3));
    const after = (count: number) => eventually(async () => (await told()).length >= count, { what: `${count} calls` });
    world.runtime.halt(world.serving().id);
    await world.clock.advance(29_000);
    await assert.rejects(readFile(file, "utf8"));
    await world.clock.advance(5_000);
    await after(1);
    await world.runtime.start(world.serving().id, new AbortController().signal);
    await world.clock.advance(70_000);
    await after(2);
    assert.deepEqual(await told(), [
      ["raised", "drift-opened", "not-running"],
      ["resolved", "drift-closed", "not-running"],
    ]);
    for (let n = 0; n < 8; n++) {
      world.runtime.crash(world.serving().id, 1);
      await world.clock.advance(2_000);
    }
    await after(3);
    await world.clock.advance(120_000);
    assert.deepEqual((await told()).slice(2), [["raised", "flapping", "-"]]);
  });
});
