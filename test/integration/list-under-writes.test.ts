/** Listing a bucket whose keys are being rewritten: none may be missing, since what is missing is told as never seen. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nodeBus, observed, operatorBus, provisionedServer } from "./bus-fixtures.ts";

const SERVICES = Array.from({ length: 1_200 }, (_, index) => `s${index}`);
const READINGS = 2;

describe("a listing of a bucket whose keys are rewritten meanwhile", () => {
  for (const version of ["newest", "2.10"] as const)
    it(`has every key (${version})`, async (t) => {
      const server = await provisionedServer(t, { version });
      const bus = await operatorBus(t, server);
      const node = await nodeBus(t, server);
      const rewriteAll = () => Promise.all(SERVICES.map((service) => node.putObserved(observed({ service }))));
      await rewriteAll();
      const over = { yes: false };
      const rewriting = (async () => {
        while (!over.yes) await rewriteAll();
      })();
      const missing: string[] = [];
      for (let reading = 0; reading < READINGS; reading++) {
        const listed = new Set((await bus.listObserved()).map(({ value }) => value.service));
        missing.push(...SERVICES.filter((service) => !listed.has(service)));
      }
      over.yes = true;
      await rewriting;
      assert.deepEqual(missing, []);
    });
});
