/** Listing a bucket whose keys are being rewritten: none may be missing, since what is missing is told as never seen. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nodeBus, observed, operatorBus, provisionedServer } from "./bus-fixtures.ts";

/** More than servers list by one answer, and as many as newer ones do. */
const COUNTS = [1_200, 900];
const READINGS = 2;

describe("a listing of a bucket whose keys are rewritten meanwhile", () => {
  for (const [version, count] of COUNTS.flatMap((n) => [["newest", n] as const, ["2.10", n] as const]))
    it(`has every one of ${count} keys (${version})`, async (t) => {
      const services = Array.from({ length: count }, (_, index) => `s${index}`);
      const server = await provisionedServer(t, { version });
      const bus = await operatorBus(t, server);
      const node = await nodeBus(t, server);
      const rewriteAll = () => Promise.all(services.map((service) => node.putObserved(observed({ service }))));
      await rewriteAll();
      const over = { yes: false };
      const rewriting = (async () => {
        while (!over.yes) await rewriteAll();
      })();
      const missing: string[] = [];
      for (let reading = 0; reading < READINGS; reading++) {
        const listed = new Set((await bus.listObserved()).map(({ value }) => value.service));
        missing.push(...services.filter((service) => !listed.has(service)));
      }
      over.yes = true;
      await rewriting;
      assert.deepEqual(missing, []);
    });
});
