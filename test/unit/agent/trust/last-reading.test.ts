/** The time of the last complete reading costs few writes. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { openLastReading } from "../../../../src/agent/trust/last-reading.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";

it("writes at most once in five minutes, however often the node reads", async () => {
  const clock = new FakeClock();
  const written: number[] = [];
  const setFact = async (_name: string, value: string) => {
    written.push(Number(value));
  };
  const bus = { serverTime: async () => clock.now() };
  const reading = await openLastReading({ clock, bus, store: { fact: async () => undefined, setFact } });
  const beganMs = clock.now();
  for (let second = 0; second <= 3_600; second += 60) {
    const end = await reading.begin();
    await end();
    clock.jump(60_000);
  }
  assert.deepEqual(
    written.map((ms) => (ms - beganMs) / 60_000),
    [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60],
  );
  assert.equal(reading.lastMs(), written.at(-1));
});
