import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { MciasKeys } from "../../../src/auth/mcias-key.ts";
import type { MciasKey } from "../../../src/schemas/settings/mcias.ts";
import { createMciasSigner } from "../../helpers/mcias-tokens.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const keyOf = () => createMciasSigner().jwk as MciasKey;

async function source(t: TestContext) {
  const cache = join(await tempDir(t), "mcias-key.json");
  const state = { nowMs: 0, fetched: 0, answer: (): MciasKey => keyOf(), problems: 0 };
  const keys = () =>
    new MciasKeys({
      fetch: async () => {
        state.fetched += 1;
        return state.answer();
      },
      cache,
      now: () => state.nowMs,
      onProblem: () => {
        state.problems += 1;
      },
    });
  const down = (): MciasKey => {
    throw new Error("down");
  };
  return { cache, state, keys, down };
}

const xOf = async (keys: MciasKeys) => (await keys.current()).export({ format: "jwk" }).x;

describe("MCIAS's public key", () => {
  test("is fetched once and kept, privately, for when MCIAS is down", async (t) => {
    const { cache, state, keys, down } = await source(t);
    const key = keyOf();
    state.answer = () => key;
    const first = keys();
    assert.equal(await xOf(first), key.x);
    assert.equal(await xOf(first), key.x);
    assert.equal(state.fetched, 1);
    assert.equal((await stat(cache)).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await readFile(cache, "utf8")), key);
    state.answer = down;
    assert.equal(await xOf(keys()), key.x, "another instance, started since");
  });

  test("that was never seen is an error, and sought again a while later", async (t) => {
    const { state, keys, down } = await source(t);
    state.answer = down;
    const one = keys();
    await assert.rejects(one.current(), /is unknown/);
    await assert.rejects(one.current(), /is unknown/);
    assert.equal(state.fetched, 1, "not at once");
    state.nowMs += 10_001;
    state.answer = keyOf;
    assert.ok(await one.current());
  });

  test("is fetched at most every ten seconds, and once for requests at the same time", async (t) => {
    const { state, keys } = await source(t);
    const one = keys();
    await one.current();
    for (let count = 0; count < 100; count += 1) assert.equal(await one.refresh(), false);
    assert.equal(state.fetched, 1);
    state.nowMs += 10_001;
    assert.deepEqual(await Promise.all([one.refresh(), one.refresh(), one.refresh()]), [true, true, true]);
    assert.equal(state.fetched, 2);
  });

  test("stays when what is fetched is no key, or nothing", async (t) => {
    const { state, keys, down } = await source(t);
    const one = keys();
    const x = await xOf(one);
    for (const answer of [down, () => ({ kty: "OKP", crv: "Ed25519", x: "AA" }) as const]) {
      state.nowMs += 10_001;
      state.answer = answer;
      assert.equal(await one.refresh(), false);
      assert.equal(await xOf(one), x);
    }
    assert.equal(state.problems, 2);
  });

  test("that was kept and is damaged is fetched again", async (t) => {
    const { cache, state, keys } = await source(t);
    for (const damage of ["", "{}", '{"kty":"OKP","crv":"Ed25519","x":"AA"}']) {
      await writeFile(cache, damage);
      state.nowMs += 10_001;
      assert.ok(await keys().current());
    }
    assert.equal(state.fetched, 3);
  });
});
