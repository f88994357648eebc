/**
 * A real bus that was restored from an old backup while its node was away, and a laptop that has seen nothing newer than that
 * backup: whatever it deploys there, the node keeps what it accepted until somebody decides.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DESIRED_BUCKET, OBSERVED_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { desiredCodec, observedCodec } from "../../src/schemas/wire/codec.ts";
import { eventually } from "../helpers/eventually.ts";
import { webToml } from "../helpers/local-workstation.ts";
import { signedSite } from "./signed-site.ts";

const image = (version: string) => `registry.example.net/web:${version}`;

describe("a stale laptop on a bus that was restored while the node was away", () => {
  it("replaces nothing newer by deploying several times; one forced deploy decides", async (t) => {
    const { admin, runtime, operator, stopAgent, startAgent, put } = await signedSite(t);
    const [alice, laptop] = [await operator({ name: "alice" }), await operator({ name: "kyle" })];
    assert.equal((await laptop.mcp("deploy", "web")).code, 0);
    const [old, oldReport] = [await admin.readDesired("rift", "web"), await admin.readObserved("rift", "web")];
    assert.ok(old && oldReport);
    await alice.desk.define("web", webToml({ image: image("v2.0.0") }));
    const newer = await alice.mcp("deploy", "web", "--force");
    assert.equal(newer.code, 0, newer.stderr);
    await stopAgent();

    await put(DESIRED_BUCKET, "rift.web", desiredCodec.encode(old.document));
    await put(OBSERVED_BUCKET, "rift.web", observedCodec.encode(oldReport.value));
    await laptop.desk.define("web", webToml({ image: image("v3.0.0") }));
    for (const _ of [1, 2, 3]) {
      const written = await laptop.mcp("deploy", "web", "--retry", "--no-wait");
      assert.equal(written.code, 7, written.stderr);
    }
    assert.equal((await admin.readDesired("rift", "web"))?.document.generation, 4);

    await startAgent();
    const rejected = async () => (await admin.readObserved("rift", "web"))?.value.rejection;
    const rejection = await eventually(rejected, { what: "the node says why it keeps what it has" });
    assert.equal(rejection?.kind, "regressed");
    assert.equal(runtime.byName("web-api")?.image, image("v2.0.0"));
    const status = await laptop.mcp("status");
    assert.match(status.stdout, /generation 4 .*does not descend from the accepted generation 2.*mcp sync --reseed/s);

    const plain = await laptop.mcp("deploy", "web");
    assert.equal(plain.code, 4, plain.stderr);
    assert.match(
      plain.stderr,
      /rift accepted generation 2 of web@rift, and the bus does not show that its generation 4/,
    );
    const reseed = await alice.mcp("sync", "--reseed", "--dry-run");
    assert.match(
      reseed.stdout + reseed.stderr,
      /the bus has generation 4 by kyle@desk, which does not descend from it/,
    );

    const decided = await alice.mcp("deploy", "web", "--force", "--timeout", "20s");
    assert.equal(decided.code, 0, decided.stderr);
    assert.equal(runtime.byName("web-api")?.image, image("v2.0.0"));
    assert.equal((await admin.readObserved("rift", "web"))?.value.accepted?.generation, 5);
  });
});
