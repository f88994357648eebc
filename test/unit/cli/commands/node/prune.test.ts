/** `mcp node prune` */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NodeImage } from "../../../../../src/schemas/wire/live-container.ts";
import { needsImage } from "../../../../../src/schemas/wire/needs-image.ts";
import type { RequestBody } from "../../../../../src/schemas/wire/request.ts";
import {
  componentSpec,
  desiredService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../../helpers/json-shape.ts";
import { runCli, TEST_NOW_MS } from "../../../../helpers/run-cli.ts";
import { MemoryOperatorBus } from "../../../../twin/memory-operator-bus.ts";

const MIB = 1024 * 1024;
const reference = (version: number) => `registry.example.net/web:v${version}`;

function image(name: string, own: Partial<NodeImage> = {}): NodeImage {
  return { id: `id of ${name}`, references: [name], digests: [], sizeBytes: 10 * MIB, usedBy: [], ...own };
}

/** `web` went from v1 to v6 on rift; `gone` was retired at v9; all their images lie there, and a stranger's. */
function site() {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 1_000);
  for (let version = 1; version <= 6; version++) {
    const spec = serviceSpec({ components: [componentSpec({ image: reference(version) })] });
    bus.putDesired(desiredService({ generation: version, spec }));
  }
  const retired = serviceSpec({ name: "gone", components: [componentSpec({ image: reference(9) })] });
  bus.putDesired(tombstone({ service: "gone", generation: 2, retired }));
  const images = [
    ...[1, 2, 3, 4, 5].map((version) => image(reference(version))),
    image(reference(6), { usedBy: ["web-api"] }),
    image(reference(9)),
    image("example.org/stranger:1"),
    image("untagged", { references: [] }),
  ];
  const orders: RequestBody[] = [];
  bus.agents.set("rift", (body) => {
    if (body.verb === "images") return [{ body: { verb: "images", images } }];
    if (body.verb !== "remove-image") return [];
    orders.push(body);
    return body.references.includes(reference(2))
      ? [{ error: { code: "E_IMAGE", message: "image is in use" } }]
      : [{ body: { verb: "done" } }];
  });
  const prune = (...words: readonly string[]) => runCli(["node", "prune", ...words], { bus });
  return { bus, orders, prune };
}

describe("mcp node prune", () => {
  it("shows what could go: what the last generations do not need and no container uses", async () => {
    const { prune, orders } = site();
    const { code, stdout, stderr } = await prune("--dry-run");
    assert.equal(code, 0);
    assert.deepEqual(stdout.trimEnd().split("\n").slice(1), [
      "rift  registry.example.net/web:v1  10.0 MiB",
      "rift  registry.example.net/web:v2  10.0 MiB",
      "rift  registry.example.net/web:v3  10.0 MiB",
    ]);
    assert.match(stderr, /6 images stay; dry run, nothing was removed/);
    const output = assertJson("node-prune-output", (await prune("--dry-run", "--json", "--keep", "1")).stdout);
    assert.deepEqual(
      output.removed.map(({ references }) => references[0]),
      [1, 2, 3, 4, 5].map(reference),
    );
    const why = new Map(output.kept.map(({ id, reason }) => [id, reason]));
    assert.equal(why.get(`id of ${reference(6)}`), "used by web-api");
    assert.equal(why.get(`id of ${reference(9)}`), "named by generation 2 of gone");
    assert.match(why.get("id of example.org/stranger:1") ?? "", /no generation ever named it/);
    assert.deepEqual(orders, []);
  });

  it("takes strangers only with --all, and never what is needed", async () => {
    const { prune } = site();
    const output = assertJson(
      "node-prune-output",
      (await prune("--all", "--dry-run", "--json", "--keep", "99")).stdout,
    );
    assert.deepEqual(
      output.removed.map(({ id }) => id),
      ["id of example.org/stranger:1", "id of untagged"],
    );
  });

  it("removes after asking, tells what a node refused, and exits 8 then", async () => {
    const { prune, orders, bus } = site();
    const refused = await prune();
    assert.deepEqual([refused.code, orders.length], [2, 0]);
    assert.match(refused.stderr, /this removes images, and there is no terminal/);
    const { code, stdout, stderr } = await runCli(["node", "prune", "rift"], { bus, tty: true, stdin: "y\n" });
    assert.equal(code, 8);
    assert.match(stderr, /Remove 3 images of up to 30\.0 MiB\?/);
    assert.match(stderr, /rift: registry\.example\.net\/web:v2: rift: image is in use/);
    assert.match(stdout, /removed 2 images of up to 20\.0 MiB/);
    assert.equal(orders.length, 3);
  });

  it("names nodes that are silent, and refuses when that one was asked for", async () => {
    const { prune, bus } = site();
    bus.putPresence(presenceOf("orion"), 3_600_000);
    const { code, stderr } = await prune("--dry-run");
    assert.equal(code, 0);
    assert.match(stderr, /no answer: orion/);
    assert.equal((await prune("orion", "--dry-run")).code, 6);
    assert.equal((await prune("rfit", "--dry-run")).code, 3);
    assert.equal((await prune("--keep", "0")).code, 2);
    assert.equal((await prune("--keep", "many")).code, 2);
  });

  it("says so when there is nothing to prune", async () => {
    const { prune, orders } = site();
    const { code, stdout } = await prune("--keep", "20");
    assert.deepEqual([code, stdout.trim(), orders.length], [0, "nothing to prune", 0]);
  });
});

describe("an image that a spec names", () => {
  it("is known by its tag or its digest, and by its short name in doubt", () => {
    const local = { references: ["registry.example.net/web:v1"], digests: ["registry.example.net/web@sha256:abc"] };
    for (const wanted of [
      "registry.example.net/web:v1",
      "web:v1",
      "registry.example.net/web@sha256:abc",
      "other/web:v7@sha256:abc",
    ]) {
      assert.equal(needsImage(wanted, local), true, wanted);
    }
    for (const wanted of ["registry.example.net/web:v11", "eb:v1", "registry.example.net/web@sha256:abd"]) {
      assert.equal(needsImage(wanted, local), false, wanted);
    }
  });
});
