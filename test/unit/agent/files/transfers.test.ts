/** Transfers outlive requests, end when nobody asks for them any more, and belong to who began them. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { tempJournal } from "../../../../src/agent/files/temp-journal.ts";
import { createCancellation, type Transfer, Transfers } from "../../../../src/agent/files/transfers.ts";
import { TRANSFER_LEASE_MS } from "../../../../src/schemas/wire/file-transfer.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

function startFake(life: AbortSignal, claim = "mine"): Transfer & { finish(): void } {
  const ends: { finish: () => void } = { finish: () => undefined };
  const cancellation = createCancellation(life);
  const settled = new Promise<void>((resolve) => {
    ends.finish = resolve;
    cancellation.signal.addEventListener("abort", () => resolve());
  });
  return { claim, ...cancellation, settled, finish: () => ends.finish() };
}

describe("a transfer", () => {
  test("is the same one when it is asked for again, and refused to another", (t) => {
    const transfers = new Transfers<Transfer>();
    const first = transfers.attach("a", "mine", () => startFake(t.signal));
    first.release();
    const again = transfers.attach("a", "mine", () => assert.fail("begun twice"));
    assert.equal(again.transfer, first.transfer);
    assert.throws(
      () => transfers.attach("a", "another's", () => startFake(t.signal)),
      (error) => hasCode(error, "E_REFUSED"),
    );
    again.release();
  });

  test("is dropped when nobody has renewed its lease, not before", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const transfers = new Transfers<Transfer>();
    const { transfer, release } = transfers.attach("a", "mine", () => startFake(t.signal));
    t.mock.timers.tick(10 * TRANSFER_LEASE_MS);
    assert.equal(transfer.signal.aborted, false, "somebody asks for it");
    release();
    t.mock.timers.tick(TRANSFER_LEASE_MS - 1);
    const again = transfers.attach("a", "mine", () => startFake(t.signal));
    t.mock.timers.tick(2);
    assert.equal(transfer.signal.aborted, false, "asked for in time");
    again.release();
    t.mock.timers.tick(TRANSFER_LEASE_MS);
    assert.ok(hasCode(transfer.signal.reason, "E_TIMEOUT"));
  });

  test("is not dropped when one of two requests for it has ended", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const transfers = new Transfers<Transfer>();
    const [one, two] = [1, 2].map(() => transfers.attach("a", "mine", () => startFake(t.signal)));
    one?.release();
    t.mock.timers.tick(2 * TRANSFER_LEASE_MS);
    assert.equal(two?.transfer.signal.aborted, false);
    two?.release();
    t.mock.timers.tick(TRANSFER_LEASE_MS);
    assert.equal(two?.transfer.signal.aborted, true);
  });

  test("is refused when very many are under way, and not when they have ended", async (t) => {
    const transfers = new Transfers<Transfer>();
    const fakes = Array.from({ length: 32 }, () => startFake(t.signal));
    for (const [index, fake] of fakes.entries()) transfers.attach(`t${index}`, "mine", () => fake);
    const more = () => transfers.attach("more", "mine", () => startFake(t.signal));
    assert.throws(more, (error) => hasCode(error, "E_NODE_FAILED"));
    fakes[0]?.finish();
    await fakes[0]?.settled;
    more().release();
    for (const fake of fakes) fake.finish();
  });

  test("ends with the agent", () => {
    const life = new AbortController();
    const fake = startFake(life.signal);
    life.abort();
    assert.ok(fake.signal.aborted);
  });

  test("leaves nothing on the agent's signal once it has ended", async () => {
    const life = new AbortController();
    const transfers = new Transfers<Transfer>();
    const fake = startFake(life.signal);
    transfers.attach("a", "mine", () => fake).release();
    assert.equal(getEventListeners(life.signal, "abort").length, 1);
    fake.finish();
    await fake.settled;
    assert.equal(getEventListeners(life.signal, "abort").length, 0);
  });
});

describe("the journal of half-written files", () => {
  test("tells what was noted and not cleared, over restarts, and nothing of what is broken", async (t) => {
    const directory = join(await tempDir(t), "files");
    const journal = tempJournal(directory);
    assert.deepEqual(await journal.entries(), []);
    const [a, b] = ["a".repeat(24), "b".repeat(24)];
    const place = { service: "web", path: "conf/app.toml" };
    await journal.add({ transfer: a, place });
    await journal.add({ transfer: b, place });
    await journal.clear(b);
    await journal.clear(b);
    await writeFile(join(directory, `${"c".repeat(24)}.json`), '{"service":');
    await writeFile(join(directory, "README"), "x");
    assert.deepEqual(await tempJournal(directory).entries(), [{ transfer: a, place }]);
  });
});
